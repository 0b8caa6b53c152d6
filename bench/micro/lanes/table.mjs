// Every lane, by group of kernels. A lane is `{ group, name, doesMore?, make(modules) }`; `make` lays out the data and resolves to
// `{ rows, bytes, kernel(), reference(), prepare?(), verify(), close?() }`. `doesMore` says what the kernel does beyond the
// loop, where that may make it slower than the loop.
import { answers } from './answers.mjs';
import { decoders } from './decoders.mjs';
import { filters } from './filters.mjs';
import { functions } from './functions.mjs';
import { groups } from './groups.mjs';
import { partials } from './partials.mjs';
import { rows } from './rows.mjs';
import { scans } from './scan.mjs';
import { states } from './states.mjs';
import { tokenizers } from './tokenizers.mjs';

export const lanes = [
  ...tokenizers,
  ...decoders,
  ...filters,
  ...functions,
  ...groups,
  ...states,
  ...partials,
  ...rows,
  ...answers,
  ...scans,
];
