// The program of the JSON tokenizer, as src/execute/json-program.ts encodes it: the needed keys as a tree of nodes, cells for
// their values, and room for what the tokenizer learns.
export const NO_CELL: u32 = 0xffffffff;

@unmanaged
export class Program {
  /** The node of the record itself, 0 where no column is needed. */
  root: u32;
  /** Of a record's values, aligned and padded to 16 bytes. */
  cells: u32;
  cellCount: u32;
  columnCount: u32;
  /** Room of jsonLayoutBytes() for layouts; its first word is 0 until it is first used. */
  layouts: u32;
  /** 1 where every column has one cell of its own, in their order: no name has dots. */
  isPlain: u32;
  // followed by the columns
}

@unmanaged
export class Column {
  /** The cell of the key that is the whole name, and of the path, NO_CELL where the name has no dots. */
  literal: u32;
  path: u32;
  spans: u32;
}

@unmanaged
export class Node {
  /** Bit (length * 8 + first byte) % 64 is set for every key. */
  filter: u64;
  count: u32;
  padding: u32;
  // followed by the entries
}

@unmanaged
export class Entry {
  key: u32;
  length: u32;
  /** Where the value goes, or NO_CELL. */
  cell: u32;
  /** The node of the value where it is an object, or 0. */
  child: u32;
  /** The cells below `child`. */
  cellsBegin: u32;
  cellsEnd: u32;
}

/** The entry of a key without escapes, or 0. A node of 0 has none. */
@inline
export function findEntry(node: usize, keyStart: usize, keyEnd: usize): usize {
  if (node == 0) return 0;
  const bit: u64 = (((<u64>(keyEnd - keyStart)) << 3) + load<u8>(keyStart)) & 63;
  return ((changetype<Node>(node).filter >> bit) & 1) != 0 ? entryOf(node, keyStart, keyEnd - keyStart) : 0;
}

/** The entry of a key, or 0. */
export function entryOf(node: usize, key: usize, length: usize): usize {
  let entry = node + offsetof<Node>();
  for (let left = changetype<Node>(node).count; left > 0; --left) {
    if (
      changetype<Entry>(entry).length == <u32>length &&
      memory.compare(changetype<Entry>(entry).key, key, length) == 0
    ) {
      return entry;
    }
    entry += offsetof<Entry>();
  }
  return 0;
}
