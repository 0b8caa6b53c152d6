/** Constants: vectors filled once, when the stage is compiled. */
import type { SqlType, Value } from '../../core/value.ts';
import type { Program, Slot } from './program.ts';

const maxInteger = 2n ** 63n - 1n;
const minInteger = -(2n ** 63n);

/** Intervals have no vector: what needs one reads the literal. Their slot is NULL. */
export function compileLiteral(program: Program, type: SqlType, value: Value): Slot {
  const { arena, kernels } = program;
  const { batchRows } = arena;
  if (value === null || typeof value === 'object') {
    const slot = program.slot(type);
    kernels.fill1(slot.flags, batchRows, 1);
    return slot;
  }
  const slot = program.slot(type, program.allValid);
  switch (typeof value) {
    case 'bigint':
      if (value < minInteger || value > maxInteger) throw new Error(`Cannot place ${value}: it is outside 64 bits`);
      kernels.fill8(slot.data, batchRows, value);
      break;
    case 'number':
      arena.f64.fill(value, slot.data / 8, slot.data / 8 + batchRows);
      break;
    case 'boolean':
      kernels.fill1(slot.data, batchRows, value ? 1 : 0);
      break;
    case 'string': {
      const { address, length } = placeLiteral(program, value);
      kernels.fill8(slot.data, batchRows, BigInt(address) | (BigInt(length) << 32n));
      break;
    }
  }
  return slot;
}

export interface PlacedText {
  readonly address: number;
  readonly length: number;
}

export function placeLiteral(program: Program, text: string): PlacedText {
  const bytes = new TextEncoder().encode(text);
  return { address: program.place(bytes), length: bytes.length };
}
