/** The recommendation as a configuration file for `query --config`. */
import { formatDuration } from '../core/duration.ts';
import { printable } from '../core/printable.ts';
import { formatSize } from '../core/size.ts';
import type { Recommendation } from './recommendation.ts';
import { type Dimension, dimensions, flagOfDimension, flagValue } from './setting.ts';
import type { Choice } from './space.ts';

/** What a file always says, because it would follow from the machine and the input of another day. */
const always: ReadonlySet<Dimension> = new Set(['workers', 'splitBytes']);

export interface ConfigFacts {
  readonly sql: string;
  readonly files: number;
  readonly wholeBytes: number;
  readonly cores: number;
  /** What the user has said. */
  readonly pinned: Choice;
}

export function configText({ measured, predicted, reason }: Recommendation, facts: ConfigFacts): string {
  const { setting, choice } = measured;
  const said: Choice = { ...choice, ...facts.pinned };
  const lines = dimensions.map((dimension) => {
    const text = `${flagOfDimension[dimension]}: ${flagValue(dimension, setting[dimension])}`;
    return always.has(dimension) || said[dimension] !== undefined
      ? text
      : `# ${text} # ${dimension === 'memoryBytes' ? 'of this machine' : 'follows from the rest'}`;
  });
  const kind = predicted.isMeasured ? 'measured' : 'predicted';
  return [
    '# Settings for: millrace query --config THIS-FILE "..." FILE...',
    ...comment(`Question: ${printable(facts.sql.replaceAll(/\s+/g, ' ').trim())}`),
    `# Input: ${facts.files === 1 ? '1 file' : `${facts.files} files`}, ${formatSize(facts.wholeBytes)}, on ${facts.cores === 1 ? '1 core' : `${facts.cores} cores`}`,
    `# For all of it, ${kind}: peak memory ${formatSize(predicted.peakRssBytes)}, ${formatDuration(predicted.ms)}`,
    ...comment(`Why: ${reason}`),
    ...lines,
    '',
  ].join('\n');
}

function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 110) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, i) => `# ${i === 0 ? '' : '  '}${line}`);
}
