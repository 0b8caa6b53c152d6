// Every peer of the comparison. A peer is `{ name, title, timing, threads, floor?, slow?, version(), available(),
// answers(question), run(question, corpus, threads) }`: `timing` says whether its milliseconds are those of the whole
// `process` or of the `query` alone, `floor` that it reads the corpus without answering, `slow` that the default set
// leaves it out.
import { awk, mawk } from './awk.mjs';
import { duckdb, duckdbLines } from './duckdb.mjs';
import { goaccess } from './goaccess.mjs';
import { miller } from './miller.mjs';
import { millrace } from './millrace.mjs';
import { polars } from './polars.mjs';
import { dask, pandas } from './python.mjs';
import { readFloor } from './read-floor.mjs';
import { ripgrep } from './ripgrep.mjs';
import { wc } from './wc.mjs';

export const peers = [
  millrace,
  duckdb,
  duckdbLines,
  polars,
  mawk,
  awk,
  ripgrep,
  wc,
  readFloor,
  miller,
  goaccess,
  pandas,
  dask,
];

/** The peers called `names`; without names all that are not slow, or all where `slow` is set. */
export function selectPeers(names, slow) {
  if (names === undefined) return peers.filter((peer) => slow || peer.slow !== true);
  return names.map((name) => {
    const peer = peers.find((candidate) => candidate.name === name);
    if (peer === undefined)
      throw new Error(`Unknown peer "${name}": one of ${peers.map((known) => known.name).join(', ')}`);
    return peer;
  });
}
