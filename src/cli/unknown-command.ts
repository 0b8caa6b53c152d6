/** What is said to a command that does not exist. */
import { UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { suggest } from '../query/suggest.ts';

const commands = ['query', 'tune', 'replay', 'formats', 'help'] as const;

export function unknownCommand(command: string | undefined): UsageError {
  if (command === undefined) {
    return new UsageError('No command given: write millrace query "SELECT ..." FILE, or see "millrace help"');
  }
  const near = suggest(command, commands);
  const remedy = near === null ? `use one of ${commands.join(', ')}` : `did you mean "${near}"?`;
  return new UsageError(`Unknown command "${printable(command)}": ${remedy}`);
}
