/** FROM: one table, a file name or pattern in quotes, or `logs`. Without FROM it is `logs`. */
import type { Node, RangeVar } from 'libpg-query';
import type { TableReference } from '../ast.ts';
import { spelling } from '../tokens.ts';
import { type Context, refuse, tokenAt } from './context.ts';
import { locationOf, refuseNode } from './unsupported.ts';

const logsTable = 'logs';

const remedy = "write FROM 'file.log', or FROM logs with the files as arguments";

export function convertFrom(context: Context, from: readonly Node[]): TableReference {
  const [first, second] = from;
  if (first === undefined) return { source: { kind: 'logs' }, name: logsTable };
  if (second !== undefined) {
    refuse(
      context,
      'several tables are not supported',
      locationOf(context, second) ?? 0,
      'write one pattern, or FROM logs',
    );
  }
  if (!('RangeVar' in first)) return refuseNode(context, first, 0);
  return convertTable(context, first.RangeVar);
}

function convertTable(context: Context, table: RangeVar): TableReference {
  const at = context.unit(table.location);
  if (table.alias?.colnames !== undefined) refuse(context, 'column aliases of a table are not supported', at);
  const alias = table.alias?.aliasname ?? null;
  const token = tokenAt(context, at);
  const literal = context.rewritten.files.get(at);
  // DuckDB takes "file.log" too; the token's text is whole where the parser's name is cut at 63 bytes
  const glob = literal ?? (token?.type === 'quoted' && spelling(token) !== logsTable ? spelling(token) : undefined);
  if (glob === '') refuse(context, 'the file name is empty', at);
  if (glob !== undefined) return { source: { kind: 'glob', glob, at }, name: alias };
  const name = [table.catalogname, table.schemaname, table.relname].filter((part) => part !== undefined).join('.');
  if (name !== logsTable) refuse(context, `unknown table "${name}"`, at, remedy);
  return { source: { kind: 'logs' }, name: alias ?? logsTable };
}
