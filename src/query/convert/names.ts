/** Names with the spelling that was typed: the parser folds unquoted ones to lower case, but keys of JSON logs have capitals. */
import type { ColumnRef } from 'libpg-query';
import type { AstExpr, NamePart } from '../ast.ts';
import { spelling } from '../tokens.ts';
import { type Context, tokenIndexAt } from './context.ts';

export function convertColumnRef(context: Context, ref: ColumnRef): AstExpr {
  const at = context.unit(ref.location);
  const fields = ref.fields ?? [];
  if (fields.some((field) => 'A_Star' in field)) return { kind: 'star', at };
  const first = tokenIndexAt(context, at);
  const parts = fields.map((field, index): NamePart => {
    const folded = 'String' in field ? (field.String.sval ?? '') : '';
    const token = context.tokens[first + index * 2]; // a dot stands between
    if (first < 0 || token === undefined) return { text: folded, quoted: false };
    return { text: spelling(token), quoted: token.type === 'quoted' };
  });
  return { kind: 'name', parts, at };
}
