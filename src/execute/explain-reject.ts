/**
 * Why a record was rejected, in words: the reference evaluator runs over the one record and its failure is the reason, with
 * the column's name where a column's bytes did not fit. Slow, so only for rejects that are kept.
 */
import { rejectReasons } from '../core/reject.ts';
import type { SqlType, Value } from '../core/value.ts';
import { castValue } from '../query/cast.ts';
import { type Environment, evaluate } from '../query/evaluate.ts';
import { EvaluationFailure } from '../query/evaluation-failure.ts';
import type { FunctionRegistry } from '../query/functions/registry.ts';
import type { Plan } from '../query/plan.ts';
import type { Sink } from './sink.ts';

/** `text(i)`: the plan's column i of the record as text, null for NULL. */
export function explainReject(
  plan: Plan,
  sink: Sink,
  functions: FunctionRegistry,
  text: (column: number) => string | null,
): string {
  const env: Environment = {
    functions,
    column: (index, type) => columnValue(plan, index, type, text(index)),
    key: unavailable,
    aggregate: unavailable,
  };
  try {
    if (plan.filter !== null) evaluate(plan.filter, env);
    sink.exprs.forEach((expr, i) => {
      const condition = sink.exprs[sink.conditionOf(i)];
      if (condition === undefined || evaluate(condition, env) === true) evaluate(expr, env);
    });
  } catch (error) {
    if (error instanceof EvaluationFailure) return error.detail;
    throw error;
  }
  return rejectReasons[9];
}

function columnValue(plan: Plan, index: number, type: SqlType, value: string | null): Value {
  try {
    return castValue(value, 'text', type);
  } catch (error) {
    if (!(error instanceof EvaluationFailure)) throw error;
    const name = plan.columns[index]?.name ?? '';
    const remedy = type === 'integer' && isSampled(plan) && isDouble(value) ? `: write ${name}::double` : '';
    throw new EvaluationFailure(error.code, `${name}: ${error.detail}${remedy}`);
  }
}

/** Whether types come from a sample, which may have shown whole numbers only. */
function isSampled({ format }: Plan): boolean {
  return format.open || format.dialect !== null;
}

function isDouble(value: string | null): boolean {
  try {
    return castValue(value, 'text', 'double') !== null;
  } catch {
    return false;
  }
}

function unavailable(): Value {
  throw new Error('A record has no groups');
}
