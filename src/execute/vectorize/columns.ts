/** Columns of the record: spans as the tokenizer left them, decoded where the plan wants another type than text. */
import type { SqlType } from '../../core/value.ts';
import { convert } from './casts.ts';
import type { Program, Slot } from './program.ts';

export function compileColumn(program: Program, column: number, type: SqlType): Slot {
  const storage = program.columns[column];
  if (storage === undefined) throw new Error(`Cannot read column ${column}: the batch has ${program.columns.length}`);
  const stored = program.once(`stored ${column}`, () => compileStored(program, storage.address, storage.type));
  return convert(program, stored, type, false);
}

function compileStored(program: Program, address: number, type: 'spans' | 'integer'): Slot {
  const { kernels, arena } = program;
  const isText = type === 'spans';
  const gathered = program.alloc(8 * arena.batchRows);
  const flags = isText ? program.alloc(arena.batchRows) : program.allValid;
  const slot = program.slotAt(isText ? 'text' : 'integer', address, flags);
  program.add((rows, selection) => {
    if (selection === 0) slot.data = address;
    else {
      slot.data = gathered;
      kernels.gather8(address, selection, rows, gathered);
    }
    if (isText) kernels.spanFlags(slot.data, rows, flags);
  });
  return slot;
}
