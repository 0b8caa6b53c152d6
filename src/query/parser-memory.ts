/**
 * PostgreSQL's parser has a memory of 128 MiB, of which a query touches a few hundred KiB. V8 takes what stands outside its heap
 * for pressure: from 32 MiB on every new buffer begins with a collection, until the large one is old, and from 64 MiB on
 * it collects everything, and then again while the scan runs. It does not count memory that threads can share, which is
 * otherwise the same; so this one is declared as such, and shared with nobody.
 */

const memorySection = 5;
const headerBytes = 8;
/** Flags of a memory's limits: bit 0, there is a maximum; bit 1, it can be shared, which needs one. */
const [limited, shared] = [1, 3];

/** The module with its memory declared as shared, or as it is where it has no memory of its own or one without limit. */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(module);
  for (let at = headerBytes; at < bytes.length; ) {
    const section = bytes[at];
    const { value: length, next } = readVarUint(bytes, at + 1);
    if (section === memorySection) {
      const flags = next + 1; // behind the number of memories
      if (bytes[flags] === limited) bytes[flags] = shared;
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
