#!/usr/bin/env node
/**
 * The command `millrace`. Tells commands apart and imports the one that is asked for, nothing else.
 */
import { helpText } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { reportError } from './report-error.ts';

async function main(args: readonly string[]): Promise<number> {
  try {
    const { given, positionals } = parseArguments(args);
    const [command, ...rest] = positionals;
    if (given.get('version') === 'true') return (await import('./version-command.ts')).versionCommand();
    if (given.get('help') === 'true' || command === 'help') {
      process.stdout.write(helpText());
      return 0;
    }
    if (command === 'formats') return (await import('./formats-command.ts')).formatsCommand();
    if (command === 'query') return await (await import('./query-command.ts')).queryCommand(given, rest);
    // A query is told from a mistyped command by its blanks.
    if (command !== undefined && /^\s*(select|with|from|values|explain)\s/i.test(command)) {
      return await (await import('./query-command.ts')).queryCommand(given, positionals);
    }
    if (given.get('printConfig') === 'true') {
      return await (await import('./query-command.ts')).queryCommand(given, positionals);
    }
    throw await (await import('./unknown-command.ts')).unknownCommand(command);
  } catch (error) {
    return reportError(error);
  }
}

main(process.argv.slice(2)).then((code) => {
  // Not left to the event loop: a lingering handle must not keep an answered query on the screen.
  process.exitCode = code;
  if (process.stdout.writableLength === 0) process.exit();
  process.stdout.once('drain', () => process.exit());
});
