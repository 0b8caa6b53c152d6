/** `millrace replay REJECTS.ndjson "SELECT ..."`: asks a question of the records that an earlier one rejected. */
import { UsageError } from '../core/errors.ts';
import type { SettingName } from './flags.ts';
import { queryCommand } from './query-command.ts';

/** `args`: the query and the files that `--rejects` wrote, in any order. */
export function replayCommand(given: ReadonlyMap<SettingName, string>, args: readonly string[]): Promise<number> {
  const isQuery = (text: string) => /^\s*(select|with)\s/i.test(text);
  const sql = args.find(isQuery);
  const files = args.filter((text) => text !== sql);
  if (sql === undefined || files.length === 0) {
    throw new UsageError(
      'Cannot replay without a file and a query: write millrace replay REJECTS.ndjson "SELECT ... FROM logs"',
    );
  }
  return queryCommand(given, [sql, ...files], true);
}
