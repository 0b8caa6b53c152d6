/**
 * The command `millrace`. Tells commands apart and imports the one that is asked for, nothing else.
 */
import { parseArguments } from './parse-arguments.ts';
import { queryCommand } from './query-command.ts';
import { standardOutput } from './standard-output.ts';
import { showLife, tellEnd } from './supervised.ts';

async function main(args: readonly string[]): Promise<number> {
  try {
    const { given, positionals } = parseArguments(args);
    const [command, ...rest] = positionals;
    if (given.get('version') === 'true') return (await import('./version-command.ts')).versionCommand();
    if (given.get('help') === 'true' || command === 'help') {
      process.stdout.write((await import('./help.ts')).helpText());
      return 0;
    }
    if (command === 'formats') return (await import('./formats-command.ts')).formatsCommand();
    if (command === 'query') return await queryCommand(given, rest);
    if (command === 'tune') return await (await import('./tune-command.ts')).tuneCommand(given, rest);
    if (command === 'replay') return await (await import('./replay-command.ts')).replayCommand(given, rest);
    if (command === 'tune-trial' && process.connected) return await (await import('./trial-command.ts')).trialCommand();
    // A query is told from a mistyped command by its blanks.
    if (command !== undefined && /^\s*(select|with|from|values|explain)\s/i.test(command)) {
      return await queryCommand(given, positionals);
    }
    if (given.get('printConfig') === 'true') {
      return await queryCommand(given, positionals);
    }
    throw await (await import('./unknown-command.ts')).unknownCommand(command);
  } catch (error) {
    return (await import('./report-error.ts')).reportError(error);
  }
}

showLife();
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // Not left to the event loop: a handle that lingers must not keep an answered query on the screen. The callback comes
  // when all is written, or with an error where nobody reads any more.
  const end = () => tellEnd(code, () => process.exit());
  if (standardOutput.isDirect) end();
  else process.stdout.write('', end);
});
