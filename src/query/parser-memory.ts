/**
 * PostgreSQL's parser has a memory of 128 MiB, of which a query touches a few hundred KiB. V8 takes what stands outside its heap
 * for pressure: from 32 MiB on every new buffer begins with a collection, until the large one is old, and from 64 MiB on
 * it collects everything, and then again while the scan runs. It does not count memory that threads can share, which is
 * otherwise the same; so this one is declared as such, and shared with nobody.
 */
import { sectionIds, sectionsOf } from './wasm-sections.ts';

/** Flags of a memory's limits: bit 0, there is a maximum; bit 1, it can be shared, which needs one. */
const [limited, shared] = [1, 3];

/** The module with its memory declared as shared, or as it is where it has no memory of its own or one without limit. */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(module);
  for (const { id, begin } of sectionsOf(bytes)) {
    const flags = begin + 1; // behind the number of memories
    if (id === sectionIds.memory && bytes[flags] === limited) bytes[flags] = shared;
  }
  return bytes;
}
