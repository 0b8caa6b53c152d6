// The tokenizer of template formats (combined, common, ...): one kernel, the format is data (encoded by
// src/execute/template-program.ts). Measured by bench/micro/tokenizers.mjs; flat on purpose.
//
// Two passes over a window of text that stays in the first-level cache. The first marks, 64 bytes to a word, where the
// few bytes stand at which fields can end (one bitmap per byte; line ends are marked in each). The second walks the fields:
// a field's end is the next mark, found by shifting two words and counting zeros, with one well-predicted branch where
// the field is shorter than 64 bytes. A search by byte blocks mispredicts on every field's length instead.
import { Batch, span } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { blankLine, finish, lineEnd, storeRecord, wholeLines } from './line-ends';

const LF: u8 = 10;
const CR: u8 = 13;
const SPACE: u8 = 32;
const DASH: u8 = 45;
const BACKSLASH: u8 = 92;

/** Text bytes marked at a time. */
const WINDOW: usize = 8192;
/** Bytes of one bitmap: a word per 64 bytes of text, and a spare pair for reads across the end. */
const BITMAP: usize = (WINDOW >> 3) + 16;

/** The program's header, then `MARKS` bitmaps, then its steps. */
@unmanaged
class Program {
  stepCount: u32;
  /** Bytes that are marked, one per bitmap. */
  markCount: u32;
  marks: u32;
  prefix: u32;
  prefixMask: u32;
  prefixLength: u32;
}
const BITMAPS_OFFSET: usize = 32;
const MAX_MARKS: usize = 3;
const STEPS_OFFSET: usize = BITMAPS_OFFSET + MAX_MARKS * BITMAP;

/** Flags of a step, as in TemplateStep of src/formats/format.ts. */
const LOOSE: u32 = 1;
const DASH_NULL: u32 = 2;
const REQUEST: u32 = 4;

@unmanaged
class Step {
  /** Offset of the bitmap that is searched. */
  bitmap: u32;
  /** Position of the marked byte inside the terminator. */
  anchor: u32;
  /** The terminator's bytes, and which of them count; no field end matches where `until` has bits outside the mask. */
  until: u32;
  untilMask: u32;
  untilLength: u32;
  /** A backslash where one before a marked byte escapes it, otherwise more than a byte. */
  escape: u32;
  minLength: u32;
  /** Whether anything of the field is needed. */
  isNeeded: u32;
  flags: u32;
  /** Addresses of span vectors, 0 to skip. */
  output: u32;
  method: u32;
  path: u32;
  protocol: u32;
}

/** Bytes of window and steps that a program of so many steps takes. */
export function templateProgramBytes(stepCount: u32): u32 {
  return <u32>(STEPS_OFFSET + (<usize>stepCount) * offsetof<Step>());
}

export function templateStepsOffset(): u32 {
  return <u32>STEPS_OFFSET;
}

/** The window: bitmaps are of text [base, base + 64 * words); beyond `safe` two words cannot be read at once. */
let windowBase: usize = 0;
let windowSafe: usize = 0;

/** Marks the window that starts at the word of `at`. */
function mark(program: usize, at: usize, limit: usize): void {
  const base = at & ~63;
  const stop = min<usize>(base + WINDOW, limit);
  const newline = i8x16.splat(LF);
  const marks = changetype<Program>(program).marks;
  const count = changetype<Program>(program).markCount;
  let words = program + BITMAPS_OFFSET;
  if (count == 2) {
    const first = i8x16.splat(<u8>marks);
    const second = i8x16.splat(<u8>(marks >> 8));
    for (let text = base; text < stop; text += 64) {
      const a = v128.load(text);
      const b = v128.load(text, 16);
      const c = v128.load(text, 32);
      const d = v128.load(text, 48);
      const an = i8x16.eq(a, newline);
      const bn = i8x16.eq(b, newline);
      const cn = i8x16.eq(c, newline);
      const dn = i8x16.eq(d, newline);
      store<u64>(
        words,
        (<u64>i8x16.bitmask(v128.or(i8x16.eq(a, first), an))) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(b, first), bn))) << 16) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(c, first), cn))) << 32) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(d, first), dn))) << 48),
      );
      store<u64>(
        words + BITMAP,
        (<u64>i8x16.bitmask(v128.or(i8x16.eq(a, second), an))) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(b, second), bn))) << 16) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(c, second), cn))) << 32) |
          ((<u64>i8x16.bitmask(v128.or(i8x16.eq(d, second), dn))) << 48),
      );
      words += 8;
    }
  } else {
    for (let i: u32 = 0; i < count; ++i) {
      const byte = i8x16.splat(<u8>(marks >> (i << 3)));
      words = program + BITMAPS_OFFSET + (<usize>i) * BITMAP;
      for (let text = base; text < stop; text += 64) {
        const a = v128.load(text);
        const b = v128.load(text, 16);
        const c = v128.load(text, 32);
        const d = v128.load(text, 48);
        store<u64>(
          words,
          (<u64>i8x16.bitmask(v128.or(i8x16.eq(a, byte), i8x16.eq(a, newline)))) |
            ((<u64>i8x16.bitmask(v128.or(i8x16.eq(b, byte), i8x16.eq(b, newline)))) << 16) |
            ((<u64>i8x16.bitmask(v128.or(i8x16.eq(c, byte), i8x16.eq(c, newline)))) << 32) |
            ((<u64>i8x16.bitmask(v128.or(i8x16.eq(d, byte), i8x16.eq(d, newline)))) << 48),
        );
        words += 8;
      }
    }
  }
  windowBase = base;
  // where the text ends inside the window, its last line end stops every search before unmarked words
  windowSafe = stop == limit ? usize.MAX_VALUE : base + WINDOW - 128;
}

/** Whether the byte at `at` is escaped: an odd number of backslashes stands before it, back to `from`. */
function isEscaped(at: usize, from: usize): bool {
  let p = at;
  while (p > from && load<u8>(p - 1) == BACKSLASH) --p;
  return ((at - p) & 1) != 0;
}

/** Address of the first `byte` in [p, end), or `end`. */
@inline
function find(p: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(byte);
  while (p < end) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (bits != 0) return min<usize>(p + ctz<u32>(bits), end);
    p += 16;
  }
  return end;
}

@inline
function pieceOf(start: usize, end: usize): u64 {
  return end > start ? span(start, end - start) : 0;
}

/**
 * Cuts a request at its first and its last space. Without a space there is nothing to cut: all are NULL; with one space
 * (HTTP/0.9) there is no protocol. An empty piece is NULL.
 */
function splitRequest(step: Step, row8: usize, start: usize, end: usize): void {
  const first = find(start, end, SPACE);
  let method: u64 = 0;
  let path: u64 = 0;
  let protocol: u64 = 0;
  if (first < end) {
    let last = end - 1;
    while (load<u8>(last) != SPACE) --last;
    method = pieceOf(start, first);
    if (last == first) {
      path = pieceOf(first + 1, end);
    } else {
      path = pieceOf(first + 1, last);
      protocol = pieceOf(last + 1, end);
    }
  }
  if (step.method != 0) store<u64>(<usize>step.method + row8, method);
  if (step.path != 0) store<u64>(<usize>step.path + row8, path);
  if (step.protocol != 0) store<u64>(<usize>step.protocol + row8, protocol);
}

function storeField(step: Step, row8: usize, start: usize, end: usize): void {
  const flags = step.flags;
  const length = end - start;
  if (step.output != 0) {
    const isNull = (flags & DASH_NULL) != 0 && length == 1 && load<u8>(start) == DASH;
    store<u64>(<usize>step.output + row8, isNull ? 0 : span(start, length));
  }
  if ((flags & REQUEST) != 0) splitRequest(step, row8, start, end);
}

/** The next mark of a bitmap at or after `p`; a line end is one. */
@inline
function nextMark(program: usize, step: Step, p: usize, limit: usize): usize {
  while (true) {
    if (p > windowSafe) mark(program, p, limit);
    const offset = p - windowBase;
    const shift = <u64>(offset & 63);
    const word = program + BITMAPS_OFFSET + step.bitmap + ((offset >> 6) << 3);
    const bits = (load<u64>(word) >> shift) | ((load<u64>(word, 8) << 1) << (63 - shift));
    if (bits != 0) return p + <usize>ctz<u64>(bits);
    p += 64;
  }
}

/** The end of the field that starts at `start`, looking at marks from `p` on; 0 where the record is malformed. */
function fieldEndFrom(program: usize, step: Step, start: usize, p: usize, limit: usize): usize {
  while (true) {
    const hit = nextMark(program, step, p, limit);
    const c = load<u8>(hit);
    p = hit + 1;
    if (c == LF) return 0;
    if (step.escape == BACKSLASH && isEscaped(hit, start)) continue;
    const end = hit - step.anchor;
    if ((load<u32>(end) & step.untilMask) == step.until) return end >= start + step.minLength ? end : 0;
    if ((step.flags & LOOSE) == 0) return 0;
  }
}

/** As fieldEndFrom for the last field, which the line's end ends too; the line end goes to `lastLineEnd`. */
function lastFieldEnd(program: usize, step: Step, start: usize, limit: usize): usize {
  let p = start;
  while (true) {
    const hit = nextMark(program, step, p, limit);
    const c = load<u8>(hit);
    p = hit + 1;
    if (c == LF) {
      // a closing quote that is missing here was cut off with the rest of the line
      lastLineEnd = hit;
      const end = hit - usize(hit > start && load<u8>(hit - 1) == CR);
      return end >= start + step.minLength ? end : 0;
    }
    if (step.escape == BACKSLASH && isEscaped(hit, start)) continue;
    const end = hit - step.anchor;
    if ((load<u32>(end) & step.untilMask) == step.until) {
      const after = end + step.untilLength;
      lastLineEnd = after + usize(load<u8>(after) == CR);
      return load<u8>(lastLineEnd) == LF && end >= start + step.minLength ? end : 0;
    }
    if ((step.flags & LOOSE) == 0) return 0;
  }
}

let lastLineEnd: usize = 0;

export function tokenizeTemplate(
  program: usize,
  begin: usize,
  end: usize,
  startLimit: usize,
  final: u32,
  batch: Batch,
): u32 {
  const limit = wholeLines(begin, end, final);
  const stop = min<usize>(limit, startLimit);
  const capacity = batch.capacity;
  const starts = <usize>batch.recordStarts;
  const lengths = <usize>batch.recordLengths;
  const rowFlags = <usize>batch.flags;
  const bitmaps = program + BITMAPS_OFFSET;
  const firstStep = program + STEPS_OFFSET;
  const lastStep = firstStep + (<usize>changetype<Program>(program).stepCount - 1) * offsetof<Step>();
  const prefix = changetype<Program>(program).prefix;
  const prefixMask = changetype<Program>(program).prefixMask;
  const prefixLength = <usize>changetype<Program>(program).prefixLength;

  let p = begin;
  let row: u32 = 0;
  if (p < stop) mark(program, p, limit);
  let base = windowBase;
  let safe = windowSafe;
  while (p < stop && row < capacity) {
    const blank = blankLine(p);
    if (blank != 0) {
      p += blank;
      continue;
    }
    const recordStart = p;
    const row8 = (<usize>row) << 3;
    let at = firstStep;
    if ((load<u32>(p) & prefixMask) == prefix) {
      p += prefixLength;
      for (; at < lastStep; at += offsetof<Step>()) {
        const step = changetype<Step>(at);
        const offset = p - base;
        const shift = <u64>(offset & 63);
        const word = bitmaps + step.bitmap + ((offset >> 6) << 3);
        let fieldEnd: usize = 0;
        let isFound: u32 = 0;
        if (p <= safe) {
          const bits = (load<u64>(word) >> shift) | ((load<u64>(word, 8) << 1) << (63 - shift));
          const hit = p + <usize>ctz<u64>(bits);
          fieldEnd = hit - step.anchor;
          // no mark within 64 bytes: whatever stands there, the search goes on
          isFound =
            u32(bits != 0) &
            u32((load<u32>(fieldEnd) & step.untilMask) == step.until) &
            u32(<u32>load<u8>(hit - 1) != step.escape) &
            u32(fieldEnd >= p + step.minLength);
        }
        if (isFound == 0) {
          fieldEnd = fieldEndFrom(program, step, p, p, limit);
          base = windowBase;
          safe = windowSafe;
          if (fieldEnd == 0) break;
        }
        if (step.isNeeded != 0) storeField(step, row8, p, fieldEnd);
        p = fieldEnd + step.untilLength;
      }
    }
    let recordEnd: usize = 0;
    if (at == lastStep) {
      const step = changetype<Step>(at);
      const fieldEnd = lastFieldEnd(program, step, p, limit);
      base = windowBase;
      safe = windowSafe;
      if (fieldEnd != 0) {
        recordEnd = lastLineEnd;
        if (step.isNeeded != 0) storeField(step, row8, p, fieldEnd);
      }
    }
    if (recordEnd != 0) {
      store<u8>(rowFlags + row, VALID);
    } else {
      store<u8>(rowFlags + row, MALFORMED);
      recordEnd = lineEnd(recordStart);
    }
    storeRecord(starts, lengths, row, recordStart, recordEnd);
    p = recordEnd + 1;
    ++row;
  }
  finish(batch, p, end);
  return row;
}
