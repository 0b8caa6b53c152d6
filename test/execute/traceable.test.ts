/** Kernels that batch loops call by their index have the shape that they are called in: a wrong one would end the task in a trap. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Shape, traceable } from '../../src/execute/batch-loop/traceable.ts';

interface Signature {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

const valueTypes: Readonly<Record<number, string>> = { 127: 'i32', 126: 'i64', 125: 'f32', 124: 'f64', 123: 'v128' };
const section = { types: 1, imports: 2, functions: 3, exports: 7 };
const functionKind = 0;

/** The signatures of a module's exported functions: its JavaScript interface does not tell them. */
function signatures(bytes: Uint8Array): Map<string, Signature> {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: number() }, read);
  const type = () => valueTypes[bytes[at++] ?? 0] ?? 'another';
  const name = () => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  const limits = () => {
    const hasMost = (number() & 1) !== 0;
    number();
    if (hasMost) number();
  };
  const types: Signature[] = [];
  const functions: number[] = [];
  const exported = new Map<string, Signature>();
  const readers: Readonly<Record<number, () => void>> = {
    [section.types]() {
      types.push(
        ...list(() => {
          at++;
          return { parameters: list(type), results: list(type) };
        }),
      );
    },
    [section.imports]() {
      list(() => {
        name();
        name();
        const kind = bytes[at++];
        if (kind === functionKind) functions.push(number());
        else if (kind === 1) at++;
        if (kind === 1 || kind === 2) limits();
      });
    },
    [section.functions]() {
      functions.push(...list(number));
    },
    [section.exports]() {
      list(() => {
        const label = name();
        const kind = bytes[at++];
        const index = number();
        const signature = types[functions[index] ?? -1];
        if (kind === functionKind && signature !== undefined) exported.set(label, signature);
      });
    },
  };
  while (at < bytes.length) {
    const id = bytes[at++] ?? 0;
    const end = number() + at;
    readers[id]?.();
    at = end;
  }
  return exported;
}

const kernels = signatures(readFileSync(fileURLToPath(new URL('../../dist/workers/kernels.wasm', import.meta.url))));
const i32 = (count: number) => Array.from({ length: count }, () => 'i32');
/** By the number of parameters. */
const shapes: Readonly<Record<Shape, { least: number; most: number; signature: (count: number) => Signature }>> = {
  plain: { least: 3, most: 8, signature: (count) => ({ parameters: i32(count), results: [] }) },
  answers: { least: 5, most: 7, signature: (count) => ({ parameters: i32(count), results: ['i32'] }) },
  long: { least: 6, most: 6, signature: () => ({ parameters: [...i32(4), 'i64', 'i64'], results: [] }) },
};

test.each(Object.entries(traceable))('%s is %s', (name, shape) => {
  const signature = kernels.get(name);
  const count = signature?.parameters.length ?? 0;
  expect(count).toBeGreaterThanOrEqual(shapes[shape].least);
  expect(count).toBeLessThanOrEqual(shapes[shape].most);
  expect(signature).toEqual(shapes[shape].signature(count));
});
