// When a kernel has fallen behind. Pure: measured ratios (how many times as fast as the plain loop the kernel is) against
// recorded ones.

/** Of its recorded ratio a kernel may lose so much: the rest is noise. */
export const slack = 0.2;

/**
 * The ratio that lane `name` is expected to have: the recorded one, but 1 at least (no kernel is slower than a plain
 * loop), unless the lane says in `doesMore` what the kernel does beyond the loop. Undefined when nothing was recorded.
 */
export function expectedRatio({ name, doesMore }, recorded) {
  const ratio = recorded[name];
  if (ratio === undefined) return undefined;
  return doesMore === undefined ? Math.max(1, ratio) : ratio;
}

/** Whether `ratio` is more than 20 % behind what the lane is expected to reach. */
export function isBehind(lane, ratio, recorded) {
  const expected = expectedRatio(lane, recorded);
  return expected !== undefined && ratio < expected * (1 - slack);
}

/** What to say of a lane that is behind. */
export function complaint(lane, { ratio }, recorded) {
  const expected = expectedRatio(lane, recorded);
  const lost = Math.round((1 - ratio / expected) * 100);
  return `${lane.group}, ${lane.name}: ${ratio.toFixed(2)} times the speed of the plain loop, ${lost} % less than ${expected.toFixed(2)}: at most ${slack * 100} % is allowed`;
}

/** Lanes and recorded ratios that do not fit together: each a sentence. */
export function mismatches(lanes, recorded) {
  const names = new Set(lanes.map(({ name }) => name));
  return [
    ...lanes.filter(({ name }) => recorded[name] === undefined).map(({ name }) => `${name} has no recorded ratio`),
    ...Object.keys(recorded)
      .filter((name) => !names.has(name))
      .map((name) => `${name} is recorded, but there is no such lane`),
  ];
}
