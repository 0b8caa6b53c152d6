/**
 * What a name means: a column of the format, a pseudo column, an alias of the select list, or (in formats whose keys vary)
 * a key that the sample did not show; in this order. Unquoted names that match no case exactly match any case.
 */
import type { AstExpr } from '../ast.ts';
import type { Expr } from '../plan.ts';
import { type Binder, didYouMean, type Place, refuse } from './binder.ts';
import { pseudoColumns } from './columns.ts';
import { bindExpression } from './expression.ts';

type Name = Extract<AstExpr, { kind: 'name' }>;

/** Columns listed in a message. */
const listedColumns = 12;

export function bindName(binder: Binder, name: Name, place: Place): Expr {
  const parts = withoutTable(binder, name);
  const wanted = parts.map((part) => part.text).join('.');
  const quoted = parts.some((part) => part.quoted);
  const column = match(
    binder.format.columns.map((known) => known.name),
    wanted,
    quoted,
  );
  if (column.length > 1)
    refuse(binder, `ambiguous column "${wanted}"`, name.at, `write one of "${column.join('", "')}"`);
  const [found] = column;
  const literal = quoted && parts.length === 1 && wanted.includes('.');
  if (found !== undefined) return useField(binder, found, literal, name.at);
  const pseudo = pseudoColumns.find((known) => known.name === wanted);
  if (pseudo !== undefined)
    return binder.columns.use({ name: wanted, source: wanted as '_raw' }, pseudo.type, false, name.at);
  const aliased = parts.length === 1 ? aliasedItem(binder, wanted, quoted, place.aliases) : -1;
  const item = binder.ast.items[aliased];
  if (item !== undefined) return bindExpression(binder, item.expr, { ...place, aliases: aliased });
  if (!binder.format.open) return refuseColumn(binder, wanted, name.at);
  const near = didYouMean(
    wanted,
    binder.format.columns.map((known) => known.name),
  );
  if (near !== '') binder.warnings.add(`No record in the sample has "${wanted}": ${near}`);
  return useField(binder, wanted, literal, name.at);
}

/** Index of the item that an alias names, among the first `limit`; -1 where none. */
export function aliasedItem(binder: Binder, alias: string, quoted: boolean, limit: number): number {
  const aliases = binder.ast.items.slice(0, limit).map((item) => item.alias);
  const exact = aliases.indexOf(alias);
  if (exact >= 0 || quoted) return exact;
  return aliases.findIndex((known) => known?.toLowerCase() === alias.toLowerCase());
}

/** Every column of the format, for `*`. */
export function allColumns(binder: Binder, at: number): readonly Expr[] {
  if (binder.format.open) binder.warnings.add('SELECT * shows the keys of the sample: name others to see them');
  return binder.format.columns.map((column) => useField(binder, column.name, false, at));
}

function useField(binder: Binder, name: string, literal: boolean, at: number): Expr {
  const known = binder.format.columns.find((column) => column.name === name);
  const column =
    literal && binder.format.open ? { name, source: 'field' as const, literal } : { name, source: 'field' as const };
  const type = known === undefined || known.type === 'null' ? 'text' : known.type;
  return binder.columns.use(column, type, known === undefined || known.type === 'null', at);
}

/** `l.status` is `status` where the table is named `l`, unless a column has the dotted name. */
function withoutTable(binder: Binder, name: Name): Name['parts'] {
  const [first, ...rest] = name.parts;
  const table = binder.ast.from.name;
  if (first === undefined || rest.length === 0 || table === null) return name.parts;
  const dotted = name.parts.map((part) => part.text).join('.');
  if (binder.format.columns.some((column) => column.name === dotted)) return name.parts;
  return first.text.toLowerCase() === table.toLowerCase() ? rest : name.parts;
}

/** The exact name, or every name that differs in case only. */
function match(names: readonly string[], wanted: string, quoted: boolean): readonly string[] {
  if (names.includes(wanted)) return [wanted];
  return quoted ? [] : names.filter((known) => known.toLowerCase() === wanted.toLowerCase());
}

function refuseColumn(binder: Binder, wanted: string, at: number): never {
  const names = binder.format.columns.map((column) => column.name);
  const aliases = binder.ast.items.flatMap((item) => item.alias ?? []);
  const near = didYouMean(wanted, [...names, ...aliases, ...pseudoColumns.map((column) => column.name)]);
  const listed = names.slice(0, listedColumns).join(', ') + (names.length > listedColumns ? ', ...' : '');
  return refuse(binder, `unknown column "${wanted}"`, at, near === '' ? `columns are ${listed}` : near);
}
