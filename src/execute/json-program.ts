/** Encodes the needed keys of JSON records as a tree for their kernel: its shape is in workers/kernels/tokenizers/json/program.ts. */
import type { JsonPath } from '../formats/format.ts';
import type { Arena } from './arena.ts';
import type { Program } from './program.ts';
import type { Batch } from './vector.ts';

const programBytes = 24;
const columnBytes = 12;
const nodeBytes = 16;
const entryBytes = 24;
const noCell = 0xffffffff;

interface Key {
  readonly bytes: Uint8Array;
  readonly children: Map<string, Key>;
  cell: number;
  cellsBegin: number;
  cellsEnd: number;
}

export function placeJson(arena: Arena, paths: readonly JsonPath[], batch: Batch): Program {
  const root = makeKey('');
  const wanted = paths.map(({ literal, path }) => ({
    literal: keyAt(root, [literal]),
    path: path.length > 1 ? keyAt(root, path) : null,
  }));
  for (const { literal, path } of wanted) {
    literal.cell = 0;
    if (path !== null) path.cell = 0;
  }
  const cellCount = numberCells(root, 0);

  const headBytes = align(programBytes + wanted.length * columnBytes, 16);
  const cellsBytes = align(cellCount * 8, 16);
  const layoutBytes = align(arena.kernels.jsonLayoutBytes(), 16);
  const bytes = headBytes + cellsBytes + layoutBytes + sizeOf(root);
  const address = arena.alloc(bytes);
  const cells = address + headBytes;
  const layouts = cells + cellsBytes;
  let free = layouts + layoutBytes;

  const place = (key: Key): number => {
    if (key.children.size === 0) return 0;
    const node = free;
    const entries = [...key.children.values()];
    free += nodeBytes + entries.length * entryBytes;
    let filter = 0n;
    entries.forEach((entry, index) => {
      filter |= 1n << BigInt((entry.bytes.length * 8 + (entry.bytes[0] ?? quote)) % 64);
      const text = free;
      arena.u8.set(entry.bytes, text);
      free += align(entry.bytes.length, 8);
      const child = place(entry);
      arena.u32.set(
        [text, entry.bytes.length, entry.cell, child, entry.cellsBegin, entry.cellsEnd],
        (node + nodeBytes + index * entryBytes) / 4,
      );
    });
    arena.u32.set([Number(filter & 0xffffffffn), Number(filter >> 32n), entries.length, 0], node / 4);
    return node;
  };

  // literals are numbered in the order of the columns where nothing lies below or beside them
  const isPlain = wanted.every(({ path }) => path === null) && cellCount === wanted.length;
  arena.u32.set([place(root), cells, cellCount, wanted.length, layouts, isPlain ? 1 : 0], address / 4);
  arena.u32[layouts / 4] = 0; // nothing is learned yet
  wanted.forEach(({ literal, path }, index) => {
    arena.u32.set(
      [literal.cell, path?.cell ?? noCell, batch.spans[index] ?? 0],
      (address + programBytes + index * columnBytes) / 4,
    );
  });
  return { address, bytes };
}

/** An empty key's filter bit is made of the byte that the kernel sees at its place: the closing quote. */
const quote = 0x22;

function makeKey(name: string): Key {
  return { bytes: Buffer.from(name), children: new Map(), cell: noCell, cellsBegin: 0, cellsEnd: 0 };
}

function keyAt(root: Key, path: readonly string[]): Key {
  let key = root;
  for (const name of path) {
    let child = key.children.get(name);
    if (child === undefined) {
      child = makeKey(name);
      key.children.set(name, child);
    }
    key = child;
  }
  return key;
}

/** Numbers the cells in depth-first order, so that those below a key are a range; the first number not taken. */
function numberCells(key: Key, first: number): number {
  let next = first;
  for (const child of key.children.values()) {
    if (child.cell !== noCell) child.cell = next++;
    child.cellsBegin = next;
    next = numberCells(child, next);
    child.cellsEnd = next;
  }
  return next;
}

function sizeOf(key: Key): number {
  const children = [...key.children.values()];
  if (children.length === 0) return 0;
  return children.reduce((sum, child) => sum + entryBytes + align(child.bytes.length, 8) + sizeOf(child), nodeBytes);
}

function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
