/**
 * PostgreSQL's parser without its JavaScript: what it imports is put into the module.
 *
 * Emscripten's loader makes a file system that parsing has no use for, and V8 compiles a way from WebAssembly to JavaScript for
 * each of 25 imports; together that took longer than parsing. What parsing needs of them is small: calls that catch
 * a jump (C's setjmp and longjmp, by which PostgreSQL gets out of an error), the jump, and more memory. All else (writing to files,
 * exits, timers, failed assertions) traps.
 *
 * Imports are the first functions of a module, so that its own take their places and all numbers stay what they are.
 */
import { preambleBytes, readVarUint, type Section, sectionIds, sectionsOf, varUint } from './wasm-sections.ts';

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** By the names that the linker gave: those of the imports, and of the functions that they call. */
const jumpCatchers = new Set('abdefghijklny');
const [jump, grow] = ['p', 'q'];
const [stackGet, stackSet, noteJump] = ['R', 'Q', 'P'];

const [i32, i64, noValue, functionType, end] = [0x7f, 0x7e, 0x40, 0x60, 0x0b];
const op = {
  unreachable: 0x00,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Ne: 0x47,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
} as const;
/** Signed: 65535, and -1. */
const [pageMinusOne, minusOne] = [[0xff, 0xff, 0x03], 0x7f];

/** The module that imports nothing. Throws where it is not built as the pinned version is. */
export function withHost(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = [...sectionsOf(module)];
  const find = (id: number): Section => {
    const found = sections.find((section) => section.id === id);
    if (found === undefined) throw new Error(`Cannot complete the parser: it has no section ${id}`);
    return found;
  };
  const types = readTypes(module, find(sectionIds.type));
  const imports = readImports(module, find(sectionIds.import));
  const exports = readExports(module, find(sectionIds.export));
  const bodies = imports.map(({ name, type }) => bodyOf(name, typeAt(types, type), types, exports));
  const parts: Uint8Array[] = [module.subarray(0, preambleBytes)];
  for (const section of sections) {
    if (section.id === sectionIds.import) continue;
    if (section.id === sectionIds.function)
      parts.push(...extended(module, section, [imports.flatMap(({ type }) => varUint(type))], imports.length));
    else if (section.id === sectionIds.code) parts.push(...extended(module, section, bodies, imports.length));
    else parts.push(...header(section.id, section.end - section.begin), module.subarray(section.begin, section.end));
    if (section.id === sectionIds.memory) parts.push(jumpTag(types));
  }
  return Uint8Array.from(Buffer.concat(parts));
}

function bodyOf(
  name: string,
  signature: Signature,
  types: readonly Signature[],
  exports: ReadonlyMap<string, number>,
): number[] {
  const body = jumpCatchers.has(name)
    ? catcher(signature, types, exports)
    : name === jump
      ? [0, op.throw, 0, end]
      : name === grow
        ? growth
        : [0, op.unreachable, end];
  return [...varUint(body.length), ...body];
}

/** Calls the function at a place in the table; where it jumps out, restores the stack and says so. */
function catcher(
  { params, results }: Signature,
  types: readonly Signature[],
  exports: ReadonlyMap<string, number>,
): number[] {
  const called = indexOfType(types, { params: params.slice(1), results });
  const call = (name: string) => [op.call, ...varUint(exportAt(exports, name))];
  const stack = params.length; // the only local variable
  const [result = noValue] = results;
  return [
    ...[1, 1, i32],
    ...[...call(stackGet), op.localSet, stack],
    ...[op.try, result],
    ...params.slice(1).flatMap((_, i) => [op.localGet, i + 1]),
    ...[op.localGet, 0, op.callIndirect, ...varUint(called), 0],
    ...[op.catch, 0],
    ...[op.localGet, stack, ...call(stackSet)],
    ...[op.i32Const, 1, op.i32Const, 0, ...call(noteJump)],
    ...(result === i32 ? [op.i32Const, 0] : result === i64 ? [op.i64Const, 0] : []),
    ...[end, end],
  ];
}

/** From the bytes that are needed to whether they are there. */
const growth = [
  ...[0, op.localGet, 0, op.i32Const, ...pageMinusOne, op.i32Add, op.i32Const, 16, op.i32ShrU],
  ...[op.memorySize, 0, op.i32Sub, op.memoryGrow, 0, op.i32Const, minusOne, op.i32Ne, end],
];

/** One kind of exception, without values. */
function jumpTag(types: readonly Signature[]): Uint8Array {
  const content = [1, 0, ...varUint(indexOfType(types, { params: [], results: [] }))];
  return Uint8Array.from([sectionIds.tag, ...varUint(content.length), ...content]);
}

/** The section with more in front. */
function extended(module: Uint8Array, { id, begin, end }: Section, more: number[][], count: number): Uint8Array[] {
  const { value, next } = readVarUint(module, begin);
  const front = Uint8Array.from([...varUint(value + count), ...more.flat()]);
  return [...header(id, front.length + end - next), front, module.subarray(next, end)];
}

function header(id: number, length: number): Uint8Array[] {
  return [Uint8Array.from([id, ...varUint(length)])];
}

function readTypes(module: Uint8Array, section: Section): Signature[] {
  return readAll(module, section, (at) => {
    if (module[at] !== functionType) throw new Error('Cannot complete the parser: a type is not that of a function');
    const params = readBytes(module, at + 1);
    const results = readBytes(module, params.next);
    return { value: { params: [...params.bytes], results: [...results.bytes] }, next: results.next };
  });
}

function readImports(module: Uint8Array, section: Section): { name: string; type: number }[] {
  return readAll(module, section, (at) => {
    const name = readBytes(module, readBytes(module, at).next);
    if (module[name.next] !== 0) throw new Error('Cannot complete the parser: it imports more than functions');
    const { value: type, next } = readVarUint(module, name.next + 1);
    return { value: { name: String.fromCharCode(...name.bytes), type }, next };
  });
}

/** Numbers of what is exported, by name. */
function readExports(module: Uint8Array, section: Section): Map<string, number> {
  const named = readAll(module, section, (at) => {
    const name = readBytes(module, at);
    const { value: index, next } = readVarUint(module, name.next + 1);
    return { value: [String.fromCharCode(...name.bytes), index] as const, next };
  });
  return new Map(named);
}

function readAll<T>(module: Uint8Array, { begin }: Section, read: (at: number) => { value: T; next: number }): T[] {
  const { value: count, next } = readVarUint(module, begin);
  const all: T[] = [];
  for (let at = next; all.length < count; ) {
    const one = read(at);
    all.push(one.value);
    at = one.next;
  }
  return all;
}

function readBytes(module: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly next: number } {
  const { value: length, next } = readVarUint(module, at);
  return { bytes: module.subarray(next, next + length), next: next + length };
}

function indexOfType(types: readonly Signature[], wanted: Signature): number {
  const key = (type: Signature) => `${type.params}:${type.results}`;
  const index = types.findIndex((type) => key(type) === key(wanted));
  if (index < 0) throw new Error(`Cannot complete the parser: it has no type ${key(wanted)}`);
  return index;
}

function typeAt(types: readonly Signature[], index: number): Signature {
  const type = types[index];
  if (type === undefined) throw new Error(`Cannot complete the parser: it has no type ${index}`);
  return type;
}

function exportAt(exports: ReadonlyMap<string, number>, name: string): number {
  const index = exports.get(name);
  if (index === undefined) throw new Error(`Cannot complete the parser: it does not export ${name}`);
  return index;
}
