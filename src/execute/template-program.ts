/** Encodes a template's steps for the kernel that runs them: the layout is in workers/kernels/tokenizers/template-program.ts. */
import type { TemplateStep, TokenizerSpec } from '../formats/format.ts';
import type { Arena } from './arena.ts';
import type { Program } from './program.ts';
import type { Batch } from './vector.ts';

type Template = Extract<TokenizerSpec, { type: 'template' }>;

const stepFields = 13;
const flagBits = { byIndex: 1, loose: 2, dashIsNull: 4, request: 8 };
const backslash = 0x5c;
/** No byte is it. */
const noEscape = 256;
const lineFeed = 10;
const space = 32;
/** By the kernel's numbers. */
const walks: readonly Template['walk'][] = [null, 'common', 'combined'];
/** The kernel pads its index with so many entries. */
const mostEntries = 64;

export function placeTemplate(arena: Arena, template: Template, batch: Batch): Program {
  const bytes = arena.kernels.templateProgramBytes(template.steps.length);
  const address = arena.alloc(bytes);
  const stepsAt = (address + arena.kernels.templateStepsOffset()) / 4;
  const indexed = indexedByte(template.steps);
  const prefix = Buffer.from(template.prefix);
  /** How many indexed bytes a record has before the field at hand. */
  let entries = occurrences(prefix, indexed);

  template.steps.forEach((step, index) => {
    const isLast = index === template.steps.length - 1;
    const until = Buffer.from(step.until);
    if (until.length > 4 || (until.length === 0 && !isLast)) {
      throw new RangeError(`Cannot encode template step ${index}: "${step.until}" is not 1 to 4 bytes`);
    }
    const mark = markOf(step);
    if (mark === undefined)
      throw new RangeError(`Cannot encode template step ${index}: no byte ${step.mark} in "${step.until}"`);
    // without a terminator nothing may match: a bit outside the mask
    const pattern = until.length > 0 ? littleEndian(until) : 1;
    const outputs = [step.output, step.request?.method, step.request?.path, step.request?.protocol].map(
      (output = -1) => (output < 0 ? 0 : (batch.spans[output] ?? 0)),
    );
    arena.u32.set(
      [
        (until.length > 0 && mark === indexed ? flagBits.byIndex : 0) |
          (step.loose ? flagBits.loose : 0) |
          (step.dashIsNull ? flagBits.dashIsNull : 0) |
          (outputs.slice(1).some((vector) => vector !== 0) ? flagBits.request : 0),
        mark,
        until.length > 0 ? step.mark : 0,
        pattern,
        byteMask(until.length),
        until.length,
        step.quoted ? backslash : noEscape,
        step.quoted ? 0 : 1,
        entries,
        ...outputs,
      ],
      stepsAt + index * stepFields,
    );
    entries += occurrences(until, indexed);
  });
  if (entries >= mostEntries) throw new RangeError(`Cannot encode template: more than ${mostEntries - 1} quotes`);
  arena.u32.set(
    [
      template.steps.length,
      indexed,
      entries + 1,
      littleEndian(prefix),
      byteMask(prefix.length),
      prefix.length,
      walks.indexOf(template.walk),
    ],
    address / 4,
  );
  return { address, bytes };
}

/** Fields in quotes can be long, and are worth an index; the others are short. Line ends are always in it. */
function indexedByte(steps: readonly TemplateStep[]): number {
  const quoted = steps.find((step) => step.quoted);
  return (quoted && markOf(quoted)) ?? lineFeed;
}

/** The byte by which the field's end is found. */
function markOf({ until, mark, loose }: TemplateStep): number | undefined {
  if (until === '') return loose ? lineFeed : space;
  return Buffer.from(until)[mark];
}

function occurrences(bytes: Uint8Array, byte: number): number {
  return bytes.filter((other) => other === byte).length;
}

function littleEndian(bytes: Uint8Array): number {
  let value = 0;
  bytes.forEach((byte, index) => {
    value |= byte << (8 * index);
  });
  return value >>> 0;
}

function byteMask(length: number): number {
  return length >= 4 ? 0xffffffff : 2 ** (8 * length) - 1;
}
