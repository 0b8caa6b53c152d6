// What chaos runs came to: a record of a piece, several of them as one, and the page that tells it.

/** `{ tally, violations, messages, minutes, seeds }` of two pieces as one. */
export function joined(a, b) {
  const tally = structuredClone(a.tally);
  for (const [name, counts] of Object.entries(b.tally)) tally[name] = added(tally[name] ?? {}, counts);
  return {
    tally,
    violations: [...a.violations, ...b.violations],
    messages: added(a.messages, b.messages),
    minutes: a.minutes + b.minutes,
    seeds: [...a.seeds, ...b.seeds],
  };
}

function added(a, b) {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

export function summaryOf({ tally, violations, messages, minutes, seeds }) {
  const total = Object.values(tally).reduce(added, {});
  const row = (name, c) =>
    `| ${name} | ${c.runs} | ${c.hitRuns} | ${c.hits} | ${c.same} | ${c.refused} | ${c.skipped} | ${c.violated} |`;
  const lines = [
    '| fault | runs | of these hit | injections | same answer | clear failure | skipped | violated |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...Object.entries(tally).map(([name, counts]) => row(name, counts)),
    row('all', total),
    '',
    `Seeds from ${seeds.join(', ')}; ${minutes.toFixed(1)} minutes. A run is hit where its fault was really injected: a kill that finds`,
    'the process at its end already is none, and a disk that was large enough is none.',
    '',
    ...Object.entries(messages).map(([message, times]) => `- ${times} times ${message}`),
    ...violations.map((violation) => `- VIOLATION ${JSON.stringify(violation)}`),
  ];
  return `# Chaos\n\n${lines.join('\n')}\n`;
}
