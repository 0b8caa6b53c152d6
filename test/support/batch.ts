/** One text column through one expression: the shortest way to a kernel. */
import { TextScratch } from '../../src/execute/text-scratch.ts';
import { batchRows } from '../../src/execute/vector.ts';
import { compileStage } from '../../src/execute/vectorize.ts';
import type { Expr } from '../../src/query/plan.ts';
import { placeText, testArena } from './arena.ts';
import { type Bytes, type Outcome, referenceOutcome, vectorOutcome } from './expressions.ts';

/** Of column 0, text. */
export const column: Expr = { kind: 'column', type: 'text', column: 0, at: 0 };

/** What the compiled expression gives for each text. */
export function vectorOutcomes(expr: Expr, texts: readonly Bytes[]): Outcome[] {
  const outcomes: Outcome[] = [];
  const arena = testArena(1 << 26);
  const scratch = new TextScratch(arena);
  for (let start = 0; start < texts.length; start += batchRows) {
    const rows = texts.slice(start, start + batchRows);
    const stage = compileStage([expr], [{ type: 'spans', address: placeText(arena, rows) }], arena, scratch);
    scratch.reset();
    const [vector] = stage.run(rows.length, 0);
    if (vector === undefined) throw new Error('Cannot run the stage: it has no vector');
    rows.forEach((_, row) => {
      outcomes.push(vectorOutcome(arena, vector, row));
    });
    stage.close();
  }
  return outcomes;
}

export function referenceOutcomes(expr: Expr, texts: readonly Bytes[]): Outcome[] {
  return texts.map((text, row) => referenceOutcome(expr, [text], row));
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
