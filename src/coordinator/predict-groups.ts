/**
 * How many groups all records will have, told from how the groups of a few pieces of them grew. Pure.
 *
 * Two estimates that err to the same side, too high, so the lower one counts. (1) A curve through the distinct counts of growing
 * samples: D(n) = b ((1 + n/b)^s - 1) / s, which begins with slope 1, saturates at -b/s where s is negative, is logarithmic at
 * 0 and a power above (the negative binomial species curve of Engen, "On species frequency models", Biometrika 1974, which holds
 * Fisher's log series and the uniform case). It supposes that records come in no order. (2) Groups per stretch of neighbouring
 * records, which is right where the keys come one after the other, as hours do.
 */

/** Distinct groups among so many records, of samples that each hold the one before. */
export interface GrowthPoint {
  readonly records: number;
  readonly groups: number;
}

export interface PieceGroups {
  readonly records: number;
  /** Groups of this piece alone. */
  readonly groups: number;
}

/** From nearly all at once to nearly a straight line. */
const slopes = [-8, -4, -2, -1, -0.5, -0.25, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Groups among `totalRecords`. `pieces` in the order of the input, `growth` in any order that mixes them well. */
export function predictGroups(
  growth: readonly GrowthPoint[],
  pieces: readonly PieceGroups[],
  totalRecords: number,
): number {
  const seen = growth.at(-1);
  if (seen === undefined || seen.records === 0) return 0;
  const estimate = Math.min(curveThrough(growth)(totalRecords), groupsInStretches(pieces, totalRecords));
  // among more records than were seen there are at least the groups that were seen
  const least = totalRecords >= seen.records ? seen.groups : 0;
  return Math.round(Math.min(totalRecords, Math.max(least, estimate)));
}

/** The curve through the last point that is nearest to the others. */
export function curveThrough(growth: readonly GrowthPoint[]): (records: number) => number {
  const last = growth.at(-1);
  if (last === undefined || last.records === 0) return () => 0;
  // every record its own group, as far as is seen: one more record like another is the most that could have been missed
  const groups = Math.min(last.groups, last.records - 0.5);
  let best: (records: number) => number = (records) => (records * groups) / last.records;
  let leastError = Number.POSITIVE_INFINITY;
  for (const slope of slopes) {
    const scale = scaleFor(slope, last.records, groups);
    if (scale === null) continue;
    const curve = (records: number) => valueAt(slope, scale, records);
    const error = growth.reduce((sum, point) => sum + squaredLogError(curve(point.records), point.groups), 0);
    if (error >= leastError) continue;
    leastError = error;
    best = curve;
  }
  return best;
}

/** A group is a stretch of records: so many begin inside the pieces, so many everywhere. */
function groupsInStretches(pieces: readonly PieceGroups[], totalRecords: number): number {
  let [records, groups, count] = [0, 0, 0];
  for (const piece of pieces) {
    if (piece.records === 0) continue;
    records += piece.records;
    groups += piece.groups;
    count++;
  }
  if (records === 0) return Number.POSITIVE_INFINITY;
  // half a beginning more than was seen: none among a few pieces is no proof that there are none
  return 1 + (totalRecords * (groups - count + 0.5)) / records;
}

function valueAt(slope: number, scale: number, records: number): number {
  const ratio = Math.log1p(records / scale);
  return slope === 0 ? scale * ratio : (scale * Math.expm1(slope * ratio)) / slope;
}

/** The scale at which the curve goes through the point, by bisection; null where no curve of that slope does. */
function scaleFor(slope: number, records: number, groups: number): number | null {
  let [low, high] = [-60, 60];
  if (valueAt(slope, Math.exp(low), records) > groups || valueAt(slope, Math.exp(high), records) < groups) return null;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (valueAt(slope, Math.exp(middle), records) < groups) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

function squaredLogError(a: number, b: number): number {
  return Math.log(Math.max(a, 1) / Math.max(b, 1)) ** 2;
}
