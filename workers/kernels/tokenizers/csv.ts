// The tokenizer of CSV and TSV. Measured by bench/micro/tokenizers.mjs.
//
// A field that starts with the quote character ends at the next quote that is not doubled, and nothing but a delimiter or a line end
// may follow it; any other field ends at the next delimiter or line end, and quotes inside it are plain text. Line
// ends are "\n" and "\r\n". An empty field is NULL, an empty quoted field is an empty text. Malformed: another number of
// fields than the file has, text after a closing quote, a quote that is still open at the end of the file.
//
// As in the template tokenizer, a first pass marks delimiters and line ends in a bitmap, a window of text at a time; here
// the second pass takes the marks in turn, so a field costs one count of zeros.
import { Batch, span } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { blankLine, finish, storeRecord, wholeLines } from './line-ends';

const LF: u8 = 10;
const CR: u8 = 13;
const WINDOW: usize = 8192;
/** Unescaping stores 16 bytes at a time. */
const SLACK: usize = 16;

@unmanaged
class Program {
  delimiter: u32;
  /** 256 where there is no quoting: no byte is it. */
  quote: u32;
  fieldCount: u32;
  padding: u32;
  // followed by the bitmap and u32[fieldCount]: addresses of span vectors, 0 to skip
}
const BITMAP_OFFSET: usize = 16;
const VECTORS_OFFSET: usize = BITMAP_OFFSET + (WINDOW >> 3);

/** Bytes of a program for so many fields. */
export function csvProgramBytes(fieldCount: u32): u32 {
  return <u32>(VECTORS_OFFSET + ((<usize>fieldCount) << 2));
}

export function csvVectorsOffset(): u32 {
  return <u32>VECTORS_OFFSET;
}

let windowBase: usize = 0;
let windowEnd: usize = 0;

/** Marks the window that starts at `block`, a multiple of 64. */
function mark(program: usize, block: usize, limit: usize): void {
  const stop = min<usize>(block + WINDOW, limit);
  const delimiter = i8x16.splat(<u8>changetype<Program>(program).delimiter);
  const newline = i8x16.splat(LF);
  let word = program + BITMAP_OFFSET;
  let text = block;
  for (; text < stop; text += 64) {
    const a = v128.load(text);
    const b = v128.load(text, 16);
    const c = v128.load(text, 32);
    const d = v128.load(text, 48);
    store<u64>(
      word,
      (<u64>i8x16.bitmask(v128.or(i8x16.eq(a, delimiter), i8x16.eq(a, newline)))) |
        ((<u64>i8x16.bitmask(v128.or(i8x16.eq(b, delimiter), i8x16.eq(b, newline)))) << 16) |
        ((<u64>i8x16.bitmask(v128.or(i8x16.eq(c, delimiter), i8x16.eq(c, newline)))) << 32) |
        ((<u64>i8x16.bitmask(v128.or(i8x16.eq(d, delimiter), i8x16.eq(d, newline)))) << 48),
    );
    word += 8;
  }
  windowBase = block;
  windowEnd = text;
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
  const scratchEnd = <usize>batch.scratchEnd;
  const quote = changetype<Program>(program).quote;
  const fieldCount = changetype<Program>(program).fieldCount;
  const vectors = program + VECTORS_OFFSET;
  const bitmap = program + BITMAP_OFFSET;
  let scratch = <usize>batch.scratch;
  let p = begin;
  let row: u32 = 0;
  /** The 64 bytes that are looked at, and the marks among them that are not yet passed. */
  let block: usize = 0;
  let bits: u64 = 0;
  if (p < stop) {
    block = p & ~63;
    mark(program, block, limit);
    bits = load<u64>(bitmap) & (~(<u64>0) << (p & 63));
  }
  let isCutShort = false;
  while (p < stop && row < capacity) {
    const blank = blankLine(p);
    if (blank != 0) {
      // its line end is the next mark: pass it
      p += blank;
      while (bits == 0) {
        block += 64;
        if (block >= windowEnd) mark(program, block, limit);
        bits = load<u64>(bitmap + ((block - windowBase) >> 3));
      }
      bits &= bits - 1;
      continue;
    }
    const recordStart = p;
    const scratchBefore = scratch;
    const row8 = (<usize>row) << 3;
    let field: u32 = 0;
    let valid = true;
    let hit: usize = 0;
    while (true) {
      const vector: usize = field < fieldCount ? <usize>load<u32>(vectors + ((<usize>field) << 2)) : 0;
      if (<u32>load<u8>(p) != quote) {
        while (bits == 0) {
          block += 64;
          if (block >= windowEnd) mark(program, block, limit);
          bits = load<u64>(bitmap + ((block - windowBase) >> 3));
        }
        hit = block + <usize>ctz<u64>(bits);
        bits &= bits - 1;
        if (vector != 0) {
          let length = hit - p;
          if (length != 0 && load<u8>(hit) == LF && load<u8>(hit - 1) == CR) --length;
          store<u64>(vector + row8, length == 0 ? 0 : span(p, length));
        }
      } else {
        hasDoubledQuotes = false;
        const close = closingQuote(p + 1, limit, <u8>quote);
        if (close == 0) {
          if (final == 0) {
            scratch = scratchBefore;
            isCutShort = true;
            break;
          }
          valid = false;
          hit = limit - 1;
        } else {
          if (vector != 0) {
            let text = span(p + 1, close - p - 1);
            if (hasDoubledQuotes) {
              if (scratch + (close - p) + SLACK > scratchEnd) {
                // the record starts the next batch; 0 says that not even one record fits
                scratch = row == 0 ? 0 : scratchBefore;
                isCutShort = true;
                break;
              }
              const textEnd = unescape(p + 1, close, scratch, <u8>quote);
              text = span(scratch, textEnd - scratch);
              scratch = textEnd;
            }
            store<u64>(vector + row8, text);
          }
          const after = close + 1;
          // the marks inside the quotes are passed
          const afterBlock = after & ~63;
          if (afterBlock != block) {
            block = afterBlock;
            if (block >= windowEnd) mark(program, block, limit);
            bits = load<u64>(bitmap + ((block - windowBase) >> 3));
          }
          bits &= ~(<u64>0) << (after & 63);
          while (bits == 0) {
            block += 64;
            if (block >= windowEnd) mark(program, block, limit);
            bits = load<u64>(bitmap + ((block - windowBase) >> 3));
          }
          hit = block + <usize>ctz<u64>(bits);
          bits &= bits - 1;
          if (hit != after) valid = valid && hit == after + 1 && load<u8>(hit) == LF && load<u8>(after) == CR;
        }
      }
      ++field;
      p = hit + 1;
      if (load<u8>(hit) == LF) break;
    }
    if (isCutShort) {
      p = recordStart;
      break;
    }
    store<u8>(rowFlags + row, valid && field == fieldCount ? VALID : MALFORMED);
    storeRecord(starts, lengths, row, recordStart, hit);
    ++row;
  }
  batch.scratch = <u32>scratch;
  finish(batch, p, end);
  return row;
}
