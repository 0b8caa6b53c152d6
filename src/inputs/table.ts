/** Every input. Adding one is its file and a line here. */
import type { InputName } from '../core/source.ts';
import { file } from './file.ts';
import { gzip } from './gzip.ts';
import type { Input } from './input.ts';
import { rejects } from './rejects.ts';
import { stdin } from './stdin.ts';

const inputs: Readonly<Record<InputName, Input>> = { file, gzip, stdin, rejects };

export function inputByName(name: InputName): Input {
  return inputs[name];
}
