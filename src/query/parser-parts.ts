/**
 * PostgreSQL's parser without what a start need not read: beside V8's machine code of a function its instructions are of no use,
 * and its tables, which are half of the module, go from the cache's file straight into memory. Otherwise V8 is handed
 * 1.7 MB, copies them, and copies the tables once more: three times the time, and the page faults.
 */
import { preambleBytes, readVarUint, type Section, sectionIds, sectionsOf, varUint } from './wasm-sections.ts';

/** No locals; `unreachable`, which fits every type; the end. Preceded by its length. */
const stub = [3, 0, 0x00, 0x0b];
/** A data segment that stands in the only memory, at the address that an expression gives. */
const active = 0;
const i32Const = 0x41;
/** Of the last byte of a signed number. */
const signBit = 0x40;
const end = 0x0b;

/**
 * The module with the same interface, whose functions all trap and whose memory is empty: what is left of it where V8 has
 * the code. What has none traps, and tells by that that it is the whole module that is needed.
 */
export function frameOf(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: number[][] = [[...module.subarray(0, preambleBytes)]];
  for (const section of sectionsOf(module)) {
    if (section.id === sectionIds.data || section.id === sectionIds.dataCount) continue;
    const content =
      section.id === sectionIds.code ? stubs(module, section) : [...module.subarray(section.begin, section.end)];
    parts.push([section.id, ...varUint(content.length)], content);
  }
  return Uint8Array.from(parts.flat());
}

function stubs(module: Uint8Array, { begin }: Section): number[] {
  const { value: count } = readVarUint(module, begin);
  return [...varUint(count), ...Array.from({ length: count }, () => stub).flat()];
}

/** The beginning of the memory as an instance of the module finds it. Throws for segments whose place is not a plain number. */
export function tablesOf(module: Uint8Array): Uint8Array {
  const sections = [...sectionsOf(module)].filter(({ id }) => id === sectionIds.data);
  const segments = sections.flatMap((section) => segmentsOf(module, section));
  const tables = new Uint8Array(Math.max(0, ...segments.map(({ address, bytes }) => address + bytes.length)));
  for (const { address, bytes } of segments) tables.set(bytes, address);
  return tables;
}

interface DataSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

function segmentsOf(module: Uint8Array, { begin }: Section): DataSegment[] {
  const segments: DataSegment[] = [];
  const { value: count, next } = readVarUint(module, begin);
  for (let at = next; segments.length < count; ) {
    const { value: address, next: behind } = readVarUint(module, at + 2);
    const isNegative = ((module[behind - 1] ?? 0) & signBit) !== 0;
    if (module[at] !== active || module[at + 1] !== i32Const || isNegative || module[behind] !== end) {
      throw new Error('Cannot read a data segment: its place is not a plain number');
    }
    const { value: length, next: from } = readVarUint(module, behind + 1);
    at = from + length;
    segments.push({ address, bytes: module.subarray(from, at) });
  }
  return segments;
}
