/** From PostgreSQL's parse tree to Ast: one SELECT, nothing else. The parts are in convert/, by subject. */
import type { ParseResult } from 'libpg-query';
import type { Ast } from './ast.ts';
import { type Context, refuse } from './convert/context.ts';
import { convertSelect } from './convert/select.ts';

export function convert(context: Context, tree: ParseResult): Ast {
  const [first, second] = tree.stmts ?? [];
  if (first?.stmt === undefined) return refuse(context, 'the query is empty', 0, 'write SELECT ... FROM ...');
  if (second !== undefined) {
    const at = context.unit(second.stmt_location);
    const token = context.tokens.find((candidate) => candidate.start >= at);
    refuse(context, 'several statements are not supported', token?.start ?? at);
  }
  if (!('SelectStmt' in first.stmt)) {
    const [token] = context.tokens;
    return refuse(
      context,
      `${token?.text.toUpperCase() ?? 'this'} is not supported`,
      token?.start ?? 0,
      'write SELECT',
    );
  }
  return convertSelect(context, first.stmt.SelectStmt);
}
