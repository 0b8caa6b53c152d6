// The tokenizer of CSV and TSV. Measured by bench/micro/lanes/tokenizers.mjs.
//
// A field that starts with the quote character ends at the next quote that is not doubled, and nothing but a delimiter or a line end
// may follow it; any other field ends at the next delimiter or line end, and quotes inside it are plain text. Line
// ends are "\n" and "\r\n". An empty field is NULL, an empty quoted field is an empty text. Malformed: another number of
// fields than the file has, text after a closing quote, a quote that is still open at the end of the file.
//
// Delimiters and line ends come from a structural index (structure.ts), a window of text at a time. A record without a quote in
// front of a field is taken at one go; of any other, field by field, entries inside quotes are passed over.
import { Batch, span } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { blankLine, finish, storeRecord, wholeLines } from './line-ends';
import { indexStructure, restartAt, SPARE_ENTRIES, structureEnd } from './structure';

const LF: u8 = 10;
const CR: u8 = 13;
/** Text indexed at a time: little, because what is indexed when a batch ends is indexed again for the next. */
const WINDOW: usize = 4096;
/** Of records that may be plain, after many that were not. */
const MOST_SKIPPED: u32 = 63;
/** Unescaping stores 16 bytes at a time. */
const SLACK: usize = 16;

@unmanaged
class Program {
  delimiter: u32;
  /** 256 where there is no quoting: no byte is it. */
  quote: u32;
  fieldCount: u32;
  padding: u32;
  // followed by the index and u32[fieldCount]: addresses of span vectors, 0 to skip
}
const LIST: usize = 16;
const VECTORS_OFFSET: usize = LIST + (WINDOW + SPARE_ENTRIES) * 4;

/** Bytes of a program for so many fields. */
export function csvProgramBytes(fieldCount: u32): u32 {
  return <u32>(VECTORS_OFFSET + ((<usize>fieldCount) << 2));
}

export function csvVectorsOffset(): u32 {
  return <u32>VECTORS_OFFSET;
}

/** The entries of the index that are not yet passed: addresses in the list. */
let entry: usize = 0;
let listEnd: usize = 0;

/** Indexes the next windows until there is an entry: a line end stands before the limit. */
function fillIndex(program: usize, limit: usize): void {
  const list = program + LIST;
  const delimiter = <u8>changetype<Program>(program).delimiter;
  do {
    const begin = structureEnd;
    listEnd = list + (indexStructure(begin, min<usize>(begin + WINDOW, limit), delimiter, list, WINDOW) << 2);
  } while (listEnd == list);
  entry = list;
}

/** The first entry at or after `p`. */
// @ts-ignore: decorator
@inline
function entryFrom(program: usize, p: usize, limit: usize): usize {
  while (true) {
    while (entry < listEnd) {
      const at = <usize>load<u32>(entry);
      if (at >= p) return at;
      entry += 4;
    }
    fillIndex(program, limit);
  }
}

/** The quote that closes the field whose text starts at `p`; 0 where none does before `limit`. */
function closingQuote(p: usize, limit: usize, quote: u8): usize {
  const wanted = i8x16.splat(quote);
  while (p < limit) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (bits == 0) {
      p += 16;
      continue;
    }
    p += ctz<u32>(bits);
    if (p >= limit) return 0;
    // a line end stands before the limit, so there is a byte after the quote
    if (load<u8>(p, 1) != quote) return p;
    hasDoubledQuotes = true;
    p += 2;
  }
  return 0;
}

let hasDoubledQuotes: bool = false;

/** Writes [p, end), where quotes come in pairs, to `to` with one quote for each pair; the address after it. */
function unescape(p: usize, end: usize, to: usize, quote: u8): usize {
  const wanted = i8x16.splat(quote);
  while (p < end) {
    const text = v128.load(p);
    v128.store(to, text);
    const bits = i8x16.bitmask(i8x16.eq(text, wanted));
    if (bits == 0) {
      const plain = min<usize>(16, end - p);
      p += plain;
      to += plain;
    } else {
      // up to the first quote of the pair, and over the second
      const plain = <usize>ctz<u32>(bits) + 1;
      if (plain > end - p) return to + (end - p);
      p += plain + 1;
      to += plain;
    }
  }
  return to;
}

/** Where `plainRecords` stopped. */
let next: usize = 0;

/**
 * Takes records from `p` on as long as their entries are at hand and no field begins with a quote: stores spans, starts and
 * lengths as row `row` and the following ones, and passes the entries. Where it stops is in `next`; gives the next row.
 * Exported only so that the compiler keeps it apart.
 */
export function plainRecords(program: usize, from: usize, stop: usize, first: u32, batch: Batch): u32 {
  const quote = changetype<Program>(program).quote;
  const fields4 = <usize>changetype<Program>(program).fieldCount << 2;
  const vectors = program + VECTORS_OFFSET - fields4;
  const capacity = batch.capacity;
  const starts = <usize>batch.recordStarts;
  const lengths = <usize>batch.recordLengths;
  let p = from;
  let row = first;
  let at = entry;
  while (p < stop && row < capacity) {
    const behind = at + fields4;
    if (behind > listEnd) break;
    const lineEnd = <usize>load<u32>(behind - 4);
    const head = <u32>load<u8>(p);
    // a blank line begins with its line end
    let bad = u32(head == quote) | u32(head <= CR) | (<u32>load<u8>(lineEnd) ^ <u32>LF);
    let start = p;
    let vector = vectors + fields4;
    for (at += 4; at < behind; at += 4) {
      const end = <usize>load<u32>(at - 4);
      bad |= u32(load<u8>(end) == LF) | u32(<u32>load<u8>(end, 1) == quote);
      if (bad != 0) break;
      const spans = <usize>load<u32>(vector);
      if (spans != 0) store<u64>(spans + ((<usize>row) << 3), end == start ? 0 : span(start, end - start));
      vector += 4;
      start = end + 1;
    }
    if (bad != 0) {
      at = behind - fields4;
      break;
    }
    const textEnd = lineEnd - usize(load<u8>(lineEnd - 1) == CR);
    const spans = <usize>load<u32>(vector);
    if (spans != 0) store<u64>(spans + ((<usize>row) << 3), textEnd <= start ? 0 : span(start, textEnd - start));
    store<u32>(starts + ((<usize>row) << 2), <u32>p);
    store<u32>(lengths + ((<usize>row) << 2), <u32>(textEnd - p));
    p = lineEnd + 1;
    ++row;
  }
  entry = at;
  next = p;
  return row;
}

/**
 * The same for records of two fields. Exported only so that the compiler keeps it apart.
 */
export function plainPairs(program: usize, from: usize, stop: usize, first: u32, batch: Batch): u32 {
  const quote = changetype<Program>(program).quote;
  const keys = <usize>load<u32>(program + VECTORS_OFFSET);
  const values = <usize>load<u32>(program + VECTORS_OFFSET, 4);
  const starts = <usize>batch.recordStarts;
  const lengths = <usize>batch.recordLengths;
  let p = from;
  let at = entry;
  let row4 = (<usize>first) << 2;
  // without entries left there is nothing to take
  const records = listEnd > at ? (listEnd - at) >> 3 : 0;
  const end4 = row4 + (min<usize>(records, <usize>(batch.capacity - first)) << 2);
  while (row4 < end4) {
    if (p >= stop) break;
    const keyEnd = <usize>load<u32>(at);
    const lineEnd = <usize>load<u32>(at, 4);
    const head = <u32>load<u8>(p);
    // a blank line begins with its line end
    const bad =
      u32(head == quote) | u32(head <= CR) | u32(load<u8>(keyEnd) == LF) | u32(<u32>load<u8>(keyEnd, 1) == quote) |
      (<u32>load<u8>(lineEnd) ^ <u32>LF);
    if (bad != 0) break;
    const start = keyEnd + 1;
    const textEnd = lineEnd - usize(load<u8>(lineEnd - 1) == CR);
    if (keys != 0) store<u64>(keys + (row4 << 1), keyEnd == p ? 0 : span(p, keyEnd - p));
    if (values != 0) store<u64>(values + (row4 << 1), textEnd <= start ? 0 : span(start, textEnd - start));
    store<u32>(starts + row4, <u32>p);
    store<u32>(lengths + row4, <u32>(textEnd - p));
    p = lineEnd + 1;
    at += 8;
    row4 += 4;
  }
  entry = at;
  next = p;
  return <u32>(row4 >> 2);
}

/** What `mixedRecord` says instead of a line end. */
const CUT_SHORT: usize = 0;
const OUT_OF_SCRATCH: usize = 1;

let scratch: usize = 0;
let scratchEnd: usize = 0;
let isValid: bool = false;

/** Any record, field by field; the address of its line end, CUT_SHORT where it goes on beyond the limit. */
function mixedRecord(program: usize, p: usize, limit: usize, final: u32, row8: usize): usize {
  const quote = changetype<Program>(program).quote;
  const fieldCount = changetype<Program>(program).fieldCount;
  const vectors = program + VECTORS_OFFSET;
  let field: u32 = 0;
  let valid = true;
  let hit: usize = 0;
  while (true) {
    const vector: usize = field < fieldCount ? <usize>load<u32>(vectors + ((<usize>field) << 2)) : 0;
    if (<u32>load<u8>(p) != quote) {
      hit = entryFrom(program, p, limit);
      entry += 4;
      if (vector != 0) {
        let length = hit - p;
        if (length != 0 && load<u8>(hit) == LF && load<u8>(hit - 1) == CR) --length;
        store<u64>(vector + row8, length == 0 ? 0 : span(p, length));
      }
    } else {
      hasDoubledQuotes = false;
      const close = closingQuote(p + 1, limit, <u8>quote);
      if (close == 0) {
        if (final == 0) return CUT_SHORT;
        valid = false;
        hit = limit - 1;
      } else {
        if (vector != 0) {
          let text = span(p + 1, close - p - 1);
          if (hasDoubledQuotes) {
            if (scratch + (close - p) + SLACK > scratchEnd) return OUT_OF_SCRATCH;
            const textEnd = unescape(p + 1, close, scratch, <u8>quote);
            text = span(scratch, textEnd - scratch);
            scratch = textEnd;
          }
          store<u64>(vector + row8, text);
        }
        const after = close + 1;
        hit = entryFrom(program, after, limit);
        entry += 4;
        if (hit != after) valid = valid && hit == after + 1 && load<u8>(hit) == LF && load<u8>(after) == CR;
      }
    }
    ++field;
    p = hit + 1;
    if (load<u8>(hit) == LF) break;
  }
  isValid = valid && field == fieldCount;
  return hit;
}

export function tokenizeCsv(
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
  scratch = batch.scratch;
  scratchEnd = batch.scratchEnd;
  restartAt(begin);
  entry = 0;
  listEnd = 0;
  let p = begin;
  let row: u32 = 0;
  const isPairs = changetype<Program>(program).fieldCount == 2;
  /** Where one after the other was not plain, more and more are not even tried. */
  let failures: u32 = 0;
  let left: u32 = 0;
  while (p < stop && row < capacity) {
    if (left > 0) {
      left--;
    } else {
      const plain = isPairs ? plainPairs(program, p, stop, row, batch) : plainRecords(program, p, stop, row, batch);
      memory.fill(rowFlags + row, VALID, plain - row);
      failures = plain == row ? failures + 1 : 0;
      left = failures > 4 ? min<u32>(failures, MOST_SKIPPED) : 0;
      row = plain;
      p = next;
      if (p >= stop || row == capacity) break;
    }
    const blank = blankLine(p);
    if (blank != 0) {
      // its line end is the next entry: pass it
      entryFrom(program, p, limit);
      entry += 4;
      p += blank;
      continue;
    }
    const scratchBefore = scratch;
    const lineEnd = mixedRecord(program, p, limit, final, (<usize>row) << 3);
    if (lineEnd <= OUT_OF_SCRATCH) {
      // the record starts the next batch; 0 says that not even one record fits
      scratch = lineEnd == OUT_OF_SCRATCH && row == 0 ? 0 : scratchBefore;
      break;
    }
    store<u8>(rowFlags + row, isValid ? VALID : MALFORMED);
    storeRecord(starts, lengths, row, p, lineEnd);
    p = lineEnd + 1;
    ++row;
  }
  batch.scratch = <u32>scratch;
  finish(batch, p, end);
  return row;
}
