// What the stages of one run took, from the events it logs (`--events`) and the moments when its process began and ended. Pure.

/** `{ startMs, scanMs, scanWallMs, mergeMs, mergeWallMs, finishMs, exitMs, splits, merges }`: `scanMs` and `mergeMs` are worker time,
 * everything else passes on the clock. Moments are milliseconds since 1970. */
export function stagesOf(events, startedAt, endedAt) {
  const of = (type) => events.filter((event) => event.type === type);
  const [started, done, merged] = [of('splitStarted'), of('splitDone'), of('merged')];
  const [ended] = of('runEnded');
  if (done.length === 0 || ended === undefined) throw new Error('Cannot tell the stages of a run that read nothing');
  const firstSplit = Math.min(...started.map(({ at }) => at));
  const lastSplit = Math.max(...done.map(({ at }) => at));
  const lastMerge = Math.max(lastSplit, ...merged.map(({ at }) => at));
  return {
    startMs: firstSplit - startedAt,
    scanMs: sum(done),
    scanWallMs: lastSplit - firstSplit,
    mergeMs: sum(merged),
    mergeWallMs: lastMerge - lastSplit,
    finishMs: ended.at - lastMerge,
    exitMs: endedAt - ended.at,
    splits: done.length,
    merges: merged.length,
  };
}

const sum = (events) => events.reduce((total, { elapsedMs }) => total + elapsedMs, 0);
