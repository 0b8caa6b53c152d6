// Layouts: what the tokenizer has learned of how records are written. Programs write the same keys in much the same order
// again and again, so what stands between one value and the next is nearly always one of a few byte strings that were there
// before: `","service":"`, `,"req":{"method":"`. A step is such a literal and the value behind it; a step's successors are the
// steps that have followed it. The idea is that of Mison (Li et al., VLDB 2017), by single steps instead of whole records, so
// that optional keys and other orders cost a step and not a record.
//
// Invariant: a step belongs to a context (the objects that are open, and their nodes), and its literal has been valid JSON from
// the end of a value to the start of the next one in the context of each step that it succeeds. So where the bytes are the
// same, nothing else of them needs to be looked at.
import { bytesBeforeMark, MARKS_BYTES } from './marks';

/** A step's value is a string without needed parts; its literal ends with the opening quote, and the next one starts with the closing. */
export const STRING: u32 = 0;
/** Any value that is neither a string nor an object. */
export const VALUE: u32 = 1;
/** What is left to the general parser: any value, and those for which cells are cleared. */
export const ANY: u32 = 2;
/** There is no value: the literal is the end of the record, with its line end. */
export const END: u32 = 3;
/** No step: stands behind a step's last successor. */
export const NOTHING: u32 = 4;
/** Stands before the first literal of a record. */
export const START: u32 = 5;

@unmanaged
export class Layouts {
  /** The steps in use; 0: the room has never been used. */
  stepCount: u32;
  contextCount: u32;
  /** Bytes of long literals in use. */
  textBytes: u32;
  /** How many records may still be learned from. */
  credit: u32;
  /** Records since steps were last forgotten. */
  age: u32;
  /** Batches in which layouts are not followed, because few records of an earlier one had any. */
  pause: u32;
}

@unmanaged
export class Context {
  /** The context around it, 0 around that of records. */
  parent: u32;
  /** Where keys are looked up, or 0. */
  node: u32;
  depth: u32;
  padding: u32;
}

@unmanaged
export class Step {
  /** The first 32 bytes of the literal, and 0xff where they count. */
  text0: u64;
  text1: u64;
  text2: u64;
  text3: u64;
  mask0: u64;
  mask1: u64;
  mask2: u64;
  mask3: u64;
  length: u32;
  kind: u32;
  /** Address of the value's cell, 0 where it is not needed. */
  cell: u32;
  /** How often a successor behind the first one was right. */
  later: u32;
  /** Whether the order of the successors means something. */
  isOrdered: u32;
  /** The successors, the most frequent ones first; behind the last one and in the last place is the step of kind NOTHING. */
  successor0: u32;
  successor1: u32;
  successor2: u32;
  successor3: u32;
  successor4: u32;
  successor5: u32;
  successor6: u32;
  successor7: u32;
  successor8: u32;
  /** Here the second cache line ends: what follows is rarely needed. */
  /** Bytes of the literal before its first mark. */
  before: u32;
  /** Whether it is of kind STRING and its literal not longer than 16 bytes, as most are. */
  isShortText: u32;
  /** The context of the value: one of the objects that are open in it holds the value. */
  context: u32;
  /** The needed key, or 0. */
  entry: u32;
  /** Whether the value is a string, that is, the next literal starts with a quote. */
  isText: u32;
  /** Cells to clear before the value. */
  clearBegin: u32;
  clearEnd: u32;
  /** Where all of the literal is. */
  literal: u32;
  hash: u32;
  /** Another step with the same bucket, or 0. */
  nextInBucket: u32;
}
const STEP_BYTES: usize = offsetof<Step>();
const TEXT: usize = 0;
const MASK: usize = 32;
/** As much of a literal as can be compared at once. */
export const INLINE: u32 = 32;
export const SUCCESSORS: usize = offsetof<Step>('successor0');
const SUCCESSORS_END: usize = offsetof<Step>('successor8');

const MOST_STEPS: u32 = 512;
const MOST_CONTEXTS: u32 = 64;
const MOST_TEXT: u32 = 16384;
const LONGEST_LITERAL: usize = 4096;
const BUCKETS: u32 = 256;
const MOST_CREDIT: u32 = 256;
/** Fewer say nothing of what is to come. */
const MEANINGFUL_ROWS: u32 = 256;
const PAUSE: u32 = 15;
/** Records after which layouts are forgotten that nothing follows. */
const OLD_AGE: u32 = 20000;

const MARKS_OFFSET: usize = 64;
const BUCKETS_OFFSET: usize = MARKS_OFFSET + MARKS_BYTES;
const CONTEXTS_OFFSET: usize = BUCKETS_OFFSET + ((<usize>BUCKETS) << 2);
const STEPS_OFFSET: usize = CONTEXTS_OFFSET + (<usize>MOST_CONTEXTS) * offsetof<Context>();
const TEXT_OFFSET: usize = STEPS_OFFSET + (<usize>MOST_STEPS) * STEP_BYTES;
const LAYOUT_BYTES: usize = TEXT_OFFSET + <usize>MOST_TEXT + 16;

export function jsonLayoutBytes(): u32 {
  return <u32>LAYOUT_BYTES;
}

@inline
export function marksOf(layouts: usize): usize {
  return layouts + MARKS_OFFSET;
}

@inline
export function nothingOf(layouts: usize): usize {
  return layouts + STEPS_OFFSET;
}

/** The step before a record's first one. */
@inline
export function startOf(layouts: usize): usize {
  return layouts + STEPS_OFFSET + STEP_BYTES;
}

/** Makes the room ready where it has never been used. */
export function openLayouts(layouts: usize): void {
  if (changetype<Layouts>(layouts).stepCount != 0) return;
  changetype<Layouts>(layouts).credit = MOST_CREDIT;
  forgetLayouts(layouts);
}

function forgetLayouts(layouts: usize): void {
  const header = changetype<Layouts>(layouts);
  header.stepCount = 0;
  header.contextCount = 0;
  header.textBytes = 0;
  header.age = 0;
  header.pause = 0;
  memory.fill(layouts + BUCKETS_OFFSET, 0, (<usize>BUCKETS) << 2);
  addStep(layouts, NOTHING);
  addStep(layouts, START);
}

/** After a batch of records that were to be followed, `missed` of which left the known layouts. */
export function settleLayouts(layouts: usize, rows: u32, missed: u32): void {
  const header = changetype<Layouts>(layouts);
  if (header.pause != 0) {
    --header.pause;
    return;
  }
  // learning costs more than parsing: a few records of each batch
  header.credit = min<u32>(MOST_CREDIT, header.credit + (rows >> 5));
  header.age += rows;
  if (rows < MEANINGFUL_ROWS || missed < rows - (rows >> 2)) return;
  header.pause = PAUSE;
  const isFull = header.stepCount == MOST_STEPS || header.contextCount == MOST_CONTEXTS;
  if (isFull && header.age > OLD_AGE) forgetLayouts(layouts);
}

/** A step without a literal, or 0 where there is no room. */
function addStep(layouts: usize, kind: u32): usize {
  const header = changetype<Layouts>(layouts);
  if (header.stepCount == MOST_STEPS) return 0;
  const step = layouts + STEPS_OFFSET + (<usize>header.stepCount) * STEP_BYTES;
  ++header.stepCount;
  memory.fill(step, 0, STEP_BYTES);
  changetype<Step>(step).kind = kind;
  const nothing = <u32>nothingOf(layouts);
  for (let slot = SUCCESSORS; slot <= SUCCESSORS_END; slot += 4) store<u32>(step + slot, nothing);
  return step;
}

/** The context of an object inside another, or 0 where there is no room. */
export function contextInside(layouts: usize, parent: usize, node: u32): usize {
  const header = changetype<Layouts>(layouts);
  const first = layouts + CONTEXTS_OFFSET;
  const end = first + (<usize>header.contextCount) * offsetof<Context>();
  for (let at = first; at < end; at += offsetof<Context>()) {
    if (changetype<Context>(at).parent == <u32>parent && changetype<Context>(at).node == node) return at;
  }
  if (header.contextCount == MOST_CONTEXTS) return 0;
  ++header.contextCount;
  const context = changetype<Context>(end);
  context.parent = <u32>parent;
  context.node = node;
  context.depth = parent == 0 ? 1 : changetype<Context>(parent).depth + 1;
  return end;
}

/** The step with the literal [p, end) and what `like` says of its value; 0 where there is no room for a new one. */
export function stepLike(layouts: usize, p: usize, end: usize, like: Step): usize {
  const length = end - p;
  if (length > LONGEST_LITERAL) return 0;
  let hash: u32 = like.context * 31 + like.kind;
  for (let at = p; at < end; ++at) hash = (hash ^ load<u8>(at)) * 0x01000193;
  const bucket = layouts + BUCKETS_OFFSET + ((<usize>((hash >> 8) % BUCKETS)) << 2);
  for (let at = <usize>load<u32>(bucket); at != 0; at = changetype<Step>(at).nextInBucket) {
    const step = changetype<Step>(at);
    if (
      step.hash == hash &&
      step.length == <u32>length &&
      step.kind == like.kind &&
      step.context == like.context &&
      step.entry == like.entry &&
      hasLiteral(at, p)
    ) {
      return at;
    }
  }
  const header = changetype<Layouts>(layouts);
  if (header.textBytes + <u32>length > MOST_TEXT) return 0;
  const address = addStep(layouts, like.kind);
  if (address == 0) return 0;
  const step = changetype<Step>(address);
  const inline = min<usize>(length, <usize>INLINE);
  memory.copy(address + TEXT, p, inline);
  memory.fill(address + MASK, 0xff, inline);
  step.literal = <u32>(layouts + TEXT_OFFSET) + header.textBytes;
  memory.copy(step.literal, p, length);
  header.textBytes += <u32>length;
  step.length = <u32>length;
  step.isShortText = u32(like.kind == STRING && length <= 16);
  step.before = <u32>bytesBeforeMark(p, length);
  step.cell = like.cell;
  step.context = like.context;
  step.entry = like.entry;
  step.isText = like.isText;
  step.clearBegin = like.clearBegin;
  step.clearEnd = like.clearEnd;
  step.hash = hash;
  step.nextInBucket = load<u32>(bucket);
  store<u32>(bucket, <u32>address);
  return address;
}

/** Whether the first 16 bytes of a step's literal are at `p`. */
@inline
export function startsLiteral(step: usize, p: usize): bool {
  return (
    (((load<u64>(p) & load<u64>(step, MASK)) ^ load<u64>(step, TEXT)) |
      ((load<u64>(p, 8) & load<u64>(step, MASK + 8)) ^ load<u64>(step, TEXT + 8))) ==
    0
  );
}

/** Whether the next 16 bytes of a step's literal are there too. */
@inline
export function goesOnLiteral(step: usize, p: usize): bool {
  return (
    (((load<u64>(p, 16) & load<u64>(step, MASK + 16)) ^ load<u64>(step, TEXT + 16)) |
      ((load<u64>(p, 24) & load<u64>(step, MASK + 24)) ^ load<u64>(step, TEXT + 24))) ==
    0
  );
}

/** Whether a step's literal is at `p`. */
export function hasLiteral(step: usize, p: usize): bool {
  return memory.compare(changetype<Step>(step).literal, p, changetype<Step>(step).length) == 0;
}

/** Notes that `next` has followed `step`. */
export function link(step: usize, next: usize): void {
  let place = SUCCESSORS;
  for (; place < SUCCESSORS_END; place += 4) {
    const other = <usize>load<u32>(step + place);
    if (other == next) return;
    if (changetype<Step>(other).kind == NOTHING) break;
  }
  if (place == SUCCESSORS_END) return;
  store<u32>(step + place, <u32>next);
  // a literal that goes on where another ends comes before it
  let before = SUCCESSORS;
  for (let at = SUCCESSORS; at < place; at += 4) {
    if (startsWith(<usize>load<u32>(step + at), next)) changetype<Step>(step).isOrdered = 1;
  }
  while (before < place && !startsWith(next, <usize>load<u32>(step + before))) before += 4;
  if (before < place) changetype<Step>(step).isOrdered = 1;
  for (; place > before; place -= 4) swapWithLast(step + place);
}

/** Whether the literal of `step` starts with that of `other`. */
function startsWith(step: usize, other: usize): bool {
  return changetype<Step>(step).length >= changetype<Step>(other).length && hasLiteral(other, changetype<Step>(step).literal);
}

@inline
function swapWithLast(slot: usize): void {
  const other = load<u32>(slot - 4);
  store<u32>(slot - 4, load<u32>(slot));
  store<u32>(slot, other);
}

/** Notes that a successor behind the first one was right; whether it is one that successorAt moves forward. */
@inline
export function isPreferred(step: usize): bool {
  const later = changetype<Step>(step).later + 1;
  changetype<Step>(step).later = later;
  return (later & 63) == 0;
}

/** The successor of a step whose literal is at `p`, perhaps of kind NOTHING. */
export function successorAt(step: usize, p: usize): usize {
  let slot = step + SUCCESSORS;
  let next = <usize>load<u32>(slot);
  while (!isAt(next, p)) {
    slot += 4;
    next = <usize>load<u32>(slot);
  }
  if (slot != step + SUCCESSORS && changetype<Step>(next).kind != NOTHING) {
    // one in 64 moves forward, so that in the end the most frequent ones come first
    if ((changetype<Step>(step).later & 63) == 0 && changetype<Step>(step).isOrdered == 0) swapWithLast(slot);
  }
  return next;
}

@inline
function isAt(step: usize, p: usize): bool {
  if (!startsLiteral(step, p)) return false;
  const length = changetype<Step>(step).length;
  return length <= 16 || (length <= INLINE ? goesOnLiteral(step, p) : hasLiteral(step, p));
}
