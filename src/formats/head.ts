/** The head of a file as lines: what detection and sniffing look at. Bounded, whatever the file holds. */

const maxLines = 1000;
/** Longer lines are cut: what parses them may take quadratic time. */
const maxLineBytes = 1 << 16;

export interface HeadLine {
  readonly bytes: Uint8Array;
  /** The line was cut at `maxLineBytes`. */
  readonly isCut: boolean;
}

/**
 * The complete, non-blank lines of a head without line ends and byte order mark, at most 1000. An unterminated last line counts
 * only where it is all there is.
 */
export function headLines(head: Uint8Array): HeadLine[] {
  const lines: HeadLine[] = [];
  let start = byteOrderMarkBytes(head);
  while (start < head.length && lines.length < maxLines) {
    const newline = head.indexOf(10, start);
    if (newline < 0 && lines.length > 0) break;
    let end = newline < 0 ? head.length : newline;
    const next = end + 1;
    if (end > start && head[end - 1] === 13) end--;
    if (end > start) {
      const stop = Math.min(end, start + maxLineBytes);
      lines.push({ bytes: head.subarray(start, stop), isCut: stop < end });
    }
    start = next;
  }
  return lines;
}

/** 3 where the bytes start with a UTF-8 byte order mark, otherwise 0. */
export function byteOrderMarkBytes(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}

/** Where so many lines, evenly spread, all pass, the others are not asked: V8 would optimize what asks hundreds of them. */
const sampleLines = 40;

/** Share of the lines that pass, 0 where there are none; 1 also where only a few of many would not. */
export function shareOf(lines: readonly HeadLine[], fits: (line: HeadLine) => boolean): number {
  if (lines.length === 0) return 0;
  const step = Math.max(1, Math.floor(lines.length / sampleLines));
  if (lines.every((line, index) => index % step !== 0 || fits(line))) return 1;
  return lines.filter(fits).length / lines.length;
}
