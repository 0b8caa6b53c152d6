/**
 * PostgreSQL's parser asks for 128 MiB of memory, of which a query touches a few hundred KiB. V8 takes more than 64 MiB
 * outside its heap for pressure: it collects garbage at once and then again while the scan runs. The memory grows where a
 * query needs more, so it may as well begin with less.
 */

const pageBytes = 1 << 16;
const memorySection = 5;
const headerBytes = 8;
/** The parser's data and its stack of 32 MiB end below 34 MiB. */
const enoughPages = (40 << 20) / pageBytes;

/** The module with a memory of 40 MiB at first, or as it is where its memory is not as large as that or not its own. */
export function withLessMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(module);
  for (let at = headerBytes; at < bytes.length; ) {
    const section = bytes[at];
    const { value: length, next } = readVarUint(bytes, at + 1);
    if (section === memorySection) {
      const least = next + 2; // behind the number of memories and the flags of the first
      const pages = readVarUint(bytes, least);
      if (pages.value > enoughPages) writeVarUint(bytes, least, pages.next, enoughPages);
      break;
    }
    at = next + length;
  }
  return bytes;
}

function readVarUint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let next = at, shift = 0; ; shift += 7) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
}

/** Fills [at, end), with bytes that add nothing where the number needs fewer. */
function writeVarUint(bytes: Uint8Array, at: number, end: number, value: number): void {
  for (let next = at, rest = value; next < end; next++, rest >>>= 7) {
    bytes[next] = (rest & 0x7f) | (next < end - 1 ? 0x80 : 0);
  }
}
