// The program of a template tokenizer, as src/execute/template-program.ts writes it: a header, scratch vectors of one window,
// then the steps.

/** Entries of the structural index of one window, and so the most records that it can hold. */
export const MOST_ENTRIES: usize = 2048;

@unmanaged
export class Program {
  stepCount: u32;
  /** The byte that is indexed beside line ends. */
  indexed: u32;
  /** Entries of the index that a record has, its line end among them. */
  entriesPerRecord: u32;
  prefix: u32;
  prefixMask: u32;
  prefixLength: u32;
  /** One of the templates that have a walk of their own (template-access.ts), or 0. */
  walk: u32;
  spare: u32;
}

export const WALK_COMMON: u32 = 1;
export const WALK_COMBINED: u32 = 2;

/** A step finds its field's end by the index, at a fixed place among the record's entries, or by looking for its mark. */
export const BY_INDEX: u32 = 1;
/** Set while it runs: many of the step's fields have more than 16 bytes. */
export const IS_LONG: u32 = 16;
/** Flags of a step, as in TemplateStep of src/formats/format.ts. */
export const LOOSE: u32 = 2;
export const DASH_NULL: u32 = 4;
export const REQUEST: u32 = 8;

@unmanaged
export class Step {
  flags: u32;
  /** The byte by which the field's end is found, and its position inside the terminator. */
  mark: u32;
  anchor: u32;
  /** The terminator's bytes, and which of them count; no field end matches where `until` has bits outside the mask. */
  until: u32;
  untilMask: u32;
  untilLength: u32;
  /** A backslash where one before a marked byte escapes it, otherwise more than a byte. */
  escape: u32;
  minLength: u32;
  /** Which of the record's entries ends the field. */
  entry: u32;
  /** Addresses of span vectors, 0 to skip. */
  output: u32;
  method: u32;
  path: u32;
  protocol: u32;
}

export const STEP_BYTES: usize = 52;
/**
 * u32 each: the index, with room behind it; then per record of the window where the field at hand begins, where it began before
 * the step, the address of its first entry, its line end.
 */
export const LIST: usize = 32;
export const CURSORS: usize = LIST + (MOST_ENTRIES + 128) * 4;
export const WAS: usize = CURSORS + (MOST_ENTRIES + 64) * 4;
export const FIRSTS: usize = WAS + (MOST_ENTRIES + 64) * 4;
export const ENDS: usize = FIRSTS + (MOST_ENTRIES + 64) * 4;
/** For template-access.ts. */
export const TIMES: usize = ENDS + (MOST_ENTRIES + 64) * 4;
export const STATUS_STARTS: usize = TIMES + (MOST_ENTRIES + 64) * 4;
export const BYTES_STARTS: usize = STATUS_STARTS + (MOST_ENTRIES + 64) * 4;
export const BYTES_ENDS: usize = BYTES_STARTS + (MOST_ENTRIES + 64) * 4;
/** u8: records that the steps cannot take. */
export const ODD: usize = BYTES_ENDS + (MOST_ENTRIES + 64) * 4;
const STEPS: usize = ODD + MOST_ENTRIES + 128;

// @ts-ignore: decorator
@inline
export function stepOf(program: usize, i: usize): Step {
  return changetype<Step>(program + STEPS + i * STEP_BYTES);
}

/** Bytes of a program of so many steps. */
export function templateProgramBytes(stepCount: u32): u32 {
  return <u32>(STEPS + (<usize>stepCount) * STEP_BYTES);
}

export function templateStepsOffset(): u32 {
  return <u32>STEPS;
}
