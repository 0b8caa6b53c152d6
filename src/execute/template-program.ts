/** Encodes a template's steps for the kernel that runs them: the layout is in workers/kernels/tokenizers/template.ts. */
import type { TokenizerSpec } from '../formats/format.ts';
import type { Arena } from './arena.ts';
import type { Program } from './program.ts';
import type { Batch } from './vector.ts';

type Template = Extract<TokenizerSpec, { type: 'template' }>;

const headerFields = 6;
const bitmapBytes = 8192 / 8 + 16;
const maxMarks = 3;
const stepFields = 13;
const flagBits = { loose: 1, dashIsNull: 2, request: 4 };
const backslash = 0x5c;
/** No byte is it. */
const noEscape = 256;
const lineFeed = 10;
const space = 32;

export function placeTemplate(arena: Arena, template: Template, batch: Batch): Program {
  const bytes = arena.kernels.templateProgramBytes(template.steps.length);
  const address = arena.alloc(bytes);
  const header = arena.u32.subarray(address / 4, address / 4 + headerFields);
  const marks: number[] = [];
  const stepsAt = (address + arena.kernels.templateStepsOffset()) / 4;

  template.steps.forEach((step, index) => {
    const isLast = index === template.steps.length - 1;
    const until = Buffer.from(step.until);
    if (until.length > 4 || (until.length === 0 && !isLast)) {
      throw new RangeError(`Cannot encode template step ${index}: "${step.until}" is not 1 to 4 bytes`);
    }
    const mark = until.length > 0 ? until[step.mark] : step.loose ? lineFeed : space;
    if (mark === undefined)
      throw new RangeError(`Cannot encode template step ${index}: no byte ${step.mark} in "${step.until}"`);
    if (!marks.includes(mark)) marks.push(mark);
    // without a terminator nothing may match: a bit outside the mask
    const pattern = until.length > 0 ? littleEndian(until) : 1;
    const outputs = [step.output, step.request?.method, step.request?.path, step.request?.protocol].map(
      (output = -1) => (output < 0 ? 0 : (batch.spans[output] ?? 0)),
    );
    arena.u32.set(
      [
        marks.indexOf(mark) * bitmapBytes,
        until.length > 0 ? step.mark : 0,
        pattern,
        byteMask(until.length),
        until.length,
        step.quoted ? backslash : noEscape,
        step.quoted ? 0 : 1,
        outputs.some((vector) => vector !== 0) ? 1 : 0,
        (step.loose ? flagBits.loose : 0) |
          (step.dashIsNull ? flagBits.dashIsNull : 0) |
          (outputs.slice(1).some((vector) => vector !== 0) ? flagBits.request : 0),
        ...outputs,
      ],
      stepsAt + index * stepFields,
    );
  });
  if (marks.length > maxMarks) throw new RangeError(`Cannot encode template: more than ${maxMarks} marked bytes`);

  const prefix = Buffer.from(template.prefix);
  header.set([
    template.steps.length,
    marks.length,
    littleEndian(Uint8Array.from(marks)),
    littleEndian(prefix),
    byteMask(prefix.length),
    prefix.length,
  ]);
  return { address, bytes };
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
