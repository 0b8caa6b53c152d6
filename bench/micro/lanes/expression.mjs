// The frame of lanes whose kernel is a compiled expression over one batch of text columns.
import { batches, batchRows, columnRows, declared, textsOf } from '../columns.mjs';
import { Arena, compileStage, formatByName, planOf, TextScratch } from '../engine.mjs';
import { placeTexts, readTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';

const spanBytes = batchRows * 8;
const batchNumbers = [...Array(batches).keys()];

/**
 * `sql` is an expression over the columns of columns.mjs. `reference(loops, spans, memory)` lays out what the loop needs and
 * returns `run(out, flags)`, which computes the same for a batch; `spans` are those of the expression's columns, in its order.
 */
export function expressionLane(group, name, sql, reference, { doesMore } = {}) {
  return { group, name, doesMore, make: (modules) => make(sql, reference, modules) };
}

async function make(sql, reference, { kernels, reference: module }) {
  const format = formatByName('csv').describe(new Uint8Array(0), { columns: declared, header: false });
  const plan = await planOf(`SELECT ${sql} AS v FROM logs`, format);
  const texts = plan.columns.map(({ name }) => textsOf(name));
  const arena = new Arena(kernels, 1 << 26);
  const scratch = new TextScratch(arena, 1 << 20);
  const placed = texts.map((column) => placeTexts(arena, column));
  const stages = batchNumbers.map((batch) =>
    compileStage(
      plan.outputs.map(({ expr }) => expr),
      placed.map((address) => ({ type: 'spans', address: address + batch * spanBytes })),
      arena,
      scratch,
    ),
  );

  const memory = new Reference(module);
  const spans = texts.map((column) => placeTexts(memory, column));
  const loops = batchNumbers.map((batch) =>
    reference(
      memory.loops,
      spans.map((address) => address + batch * spanBytes),
      memory,
    ),
  );
  const out = memory.alloc(batchRows * 8);
  const flags = memory.alloc(batchRows);
  return {
    rows: columnRows,
    bytes: texts.flat().reduce((sum, text) => sum + text.length, 0),
    kernel() {
      for (const stage of stages) {
        scratch.reset();
        stage.run(batchRows, 0);
      }
    },
    reference() {
      for (const run of loops) run(out, flags);
    },
    verify() {
      return batchNumbers
        .map((batch) => {
          scratch.reset();
          const [{ type, data, flags: ours }] = stages[batch].run(batchRows, 0);
          loops[batch](out, flags);
          return differingRow(valuesOf(arena, type, data, ours), valuesOf(memory, type, out, flags), type);
        })
        .find((problem) => problem !== undefined);
    },
  };
}

function valuesOf(memory, type, data, flags) {
  const texts = type === 'text' ? readTexts(memory, data, batchRows) : undefined;
  return Array.from({ length: batchRows }, (_, i) => {
    if (memory.u8[flags + i] !== 0) return `flag ${memory.u8[flags + i]}`;
    if (texts !== undefined) return texts[i];
    if (type === 'double') return memory.f64[data / 8 + i];
    return type === 'boolean' ? memory.u8[data + i] : memory.i64[data / 8 + i];
  });
}

/** The loop's doubles may be off in their last digits. */
function differingRow(ours, theirs, type) {
  const same = (a, b) => a === b || (type === 'double' && Math.abs(a - b) <= Math.abs(b) * 1e-14);
  const row = ours.findIndex((value, i) => !same(value, theirs[i]));
  return row < 0 ? undefined : `row ${row} is ${ours[row]} by the kernel and ${theirs[row]} by the loop`;
}
