// The table that the micro-benchmark prints, one line per lane as it is measured.

const nameWidth = 40;
const groupWidth = 9;

export const heading = `${'group'.padEnd(groupWidth)} ${'kernel'.padEnd(nameWidth)}   ns/row     GB/s    loop, ns/row   ratio  expected`;
export const rule = '-'.repeat(heading.length);

/** `expected` undefined: nothing recorded. The ratio of a noisy lane has its median over passes beside it. */
export function row({ group, name, doesMore }, { kernelNs, referenceNs, ratio, medianRatio, bytesPerRow }, expected) {
  const noisy = Math.abs(medianRatio / ratio - 1) > 0.15 ? `  (median ${medianRatio.toFixed(2)})` : '';
  return [
    group.padEnd(groupWidth),
    name.padEnd(nameWidth),
    kernelNs.toFixed(2).padStart(8),
    (bytesPerRow / kernelNs).toFixed(2).padStart(8),
    referenceNs.toFixed(2).padStart(15),
    ratio.toFixed(2).padStart(7),
    (expected?.toFixed(2) ?? '').padStart(9),
    doesMore === undefined ? '' : ` ${doesMore}`,
    noisy,
  ]
    .join(' ')
    .trimEnd();
}
