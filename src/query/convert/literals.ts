/** Constants. Numbers with a point or an exponent are doubles, and so are integers that need more than 64 bits. */
import type { A_Const } from 'libpg-query';
import type { AstExpr } from '../ast.ts';
import { type Context, refuse } from './context.ts';

export function convertConstant(context: Context, constant: A_Const): AstExpr {
  const at = context.unit(constant.location);
  if (constant.isnull) return { kind: 'literal', type: 'null', value: null, at };
  if (constant.sval !== undefined) return { kind: 'literal', type: 'text', value: constant.sval.sval ?? '', at };
  if (constant.boolval !== undefined) {
    return { kind: 'literal', type: 'boolean', value: constant.boolval.boolval ?? false, at };
  }
  if (constant.ival !== undefined) {
    return { kind: 'literal', type: 'integer', value: BigInt(constant.ival.ival ?? 0), at };
  }
  if (constant.fval !== undefined) return numberLiteral(context, constant.fval.fval ?? '', at);
  return refuse(context, 'bit strings are not supported', at);
}

const wholeNumber = /^-?(?:\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/;

function numberLiteral(context: Context, text: string, at: number): AstExpr {
  const digits = text.replaceAll('_', '');
  if (wholeNumber.test(digits)) {
    const magnitude = BigInt(digits.replace('-', ''));
    const value = digits.startsWith('-') ? -magnitude : magnitude;
    if (BigInt.asIntN(64, value) === value) return { kind: 'literal', type: 'integer', value, at };
  }
  const value = Number(digits);
  if (!Number.isFinite(value)) refuse(context, `the number ${text} is too large`, at);
  return { kind: 'literal', type: 'double', value, at };
}
