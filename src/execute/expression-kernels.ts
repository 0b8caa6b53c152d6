/** The exports of workers/kernels/expressions: addresses and counts are numbers, i64 values bigint. What each does stands there. */
export interface ExpressionKernels {
  // arithmetic.ts
  addInteger(a: number, b: number, rows: number, out: number, flags: number): void;
  subtractInteger(a: number, b: number, rows: number, out: number, flags: number): void;
  multiplyInteger(a: number, b: number, rows: number, out: number, flags: number): void;
  divideInteger(a: number, b: number, rows: number, out: number, flags: number): void;
  moduloInteger(a: number, b: number, rows: number, out: number, flags: number): void;
  negateInteger(a: number, rows: number, out: number, flags: number): void;
  absoluteInteger(a: number, rows: number, out: number, flags: number): void;
  addDouble(a: number, b: number, rows: number, out: number, flags: number): void;
  subtractDouble(a: number, b: number, rows: number, out: number, flags: number): void;
  multiplyDouble(a: number, b: number, rows: number, out: number, flags: number): void;
  divideDouble(a: number, b: number, rows: number, out: number, flags: number): void;
  negateDouble(a: number, rows: number, out: number): void;
  absoluteDouble(a: number, rows: number, out: number): void;
  floorDouble(a: number, rows: number, out: number): void;
  ceilDouble(a: number, rows: number, out: number): void;
  roundDouble(a: number, rows: number, out: number): void;
  roundDecimals(a: number, rows: number, out: number, scale: number): void;
  epochSeconds(a: number, rows: number, out: number): void;
  // cast-numbers.ts
  integerToDouble(a: number, rows: number, out: number): void;
  integerToBoolean(a: number, rows: number, out: number): void;
  booleanToInteger(a: number, rows: number, out: number): void;
  doubleToInteger(a: number, flags: number, rows: number, out: number, code: number): void;
  integerToTimestamp(a: number, flags: number, rows: number, out: number, code: number): void;
  // compare.ts
  equalInteger(a: number, b: number, rows: number, out: number): void;
  differInteger(a: number, b: number, rows: number, out: number): void;
  lessInteger(a: number, b: number, rows: number, out: number): void;
  lessEqualInteger(a: number, b: number, rows: number, out: number): void;
  greaterInteger(a: number, b: number, rows: number, out: number): void;
  greaterEqualInteger(a: number, b: number, rows: number, out: number): void;
  equalDouble(a: number, b: number, rows: number, out: number): void;
  differDouble(a: number, b: number, rows: number, out: number): void;
  lessDouble(a: number, b: number, rows: number, out: number): void;
  lessEqualDouble(a: number, b: number, rows: number, out: number): void;
  greaterDouble(a: number, b: number, rows: number, out: number): void;
  greaterEqualDouble(a: number, b: number, rows: number, out: number): void;
  equalBoolean(a: number, b: number, rows: number, out: number): void;
  differBoolean(a: number, b: number, rows: number, out: number): void;
  lessBoolean(a: number, b: number, rows: number, out: number): void;
  lessEqualBoolean(a: number, b: number, rows: number, out: number): void;
  greaterBoolean(a: number, b: number, rows: number, out: number): void;
  greaterEqualBoolean(a: number, b: number, rows: number, out: number): void;
  // compare-text.ts
  equalText(a: number, b: number, flags: number, rows: number, out: number): void;
  differText(a: number, b: number, flags: number, rows: number, out: number): void;
  equalOneText(a: number, flags: number, rows: number, address: number, length: number, out: number): void;
  differOneText(a: number, flags: number, rows: number, address: number, length: number, out: number): void;
  lessText(a: number, b: number, flags: number, rows: number, out: number): void;
  lessEqualText(a: number, b: number, flags: number, rows: number, out: number): void;
  greaterText(a: number, b: number, flags: number, rows: number, out: number): void;
  greaterEqualText(a: number, b: number, flags: number, rows: number, out: number): void;
  // decode-boolean.ts
  decodeBoolean(spans: number, flags: number, rows: number, out: number, notBoolean: number): void;
  // decode-double.ts
  decodeDouble(
    spans: number,
    flags: number,
    rows: number,
    out: number,
    notNumber: number,
    powers: number,
    undecided: number,
  ): number;
  // decode-integer.ts
  decodeInteger(spans: number, flags: number, rows: number, out: number, notInteger: number, overflow: number): void;
  // decode-timestamp.ts
  decodeTimestamp(spans: number, flags: number, rows: number, out: number, left: number): number;
  // flag-vectors.ts
  spanFlags(spans: number, rows: number, out: number): void;
  gather8(values: number, selection: number, rows: number, out: number): void;
  combineFlags(a: number, b: number, rows: number, out: number): void;
  filterFlags(values: number, condition: number, conditionFlags: number, rows: number, out: number): void;
  forgiveFlags(flags: number, rows: number, out: number): void;
  greatestFlag(flags: number, rows: number): number;
  anyError(flags: number, rows: number): number;
  selectTrue(data: number, flags: number, rows: number, out: number): number;
  selectNotFalse(data: number, flags: number, rows: number, out: number): number;
  collectErrors(flags: number, rows: number, out: number): number;
  mergeErrors(flags: number, rows: number, out: number): void;
  selectSound(flags: number, rows: number, out: number): number;
  gather1(values: number, selection: number, rows: number, out: number): void;
  gather4(values: number, selection: number, rows: number, out: number): void;
  fill1(out: number, rows: number, value: number): void;
  fill8(out: number, rows: number, value: bigint): void;
  copyFlags(flags: number, rows: number, out: number): void;
  copyValues(values: number, rows: number, out: number): void;
  // in-list.ts
  inInteger(a: number, flags: number, rows: number, list: number, count: number, hasNull: number, out: number): void;
  inDouble(a: number, flags: number, rows: number, list: number, count: number, hasNull: number, out: number): void;
  inBoolean(a: number, flags: number, rows: number, members: number, hasNull: number, out: number): void;
  buildTextList(list: number, count: number, table: number, slots: number): void;
  inText(a: number, flags: number, rows: number, table: number, slots: number, hasNull: number, out: number): void;
  // like.ts
  likeText(a: number, flags: number, rows: number, program: number, out: number, left: number): number;
  containsOneText(a: number, flags: number, rows: number, text: number, length: number, out: number): void;
  startsWithOneText(a: number, flags: number, rows: number, text: number, length: number, out: number): void;
  // logic.ts
  and2(a: number, fa: number, b: number, fb: number, rows: number, out: number, fout: number): void;
  or2(a: number, fa: number, b: number, fb: number, rows: number, out: number, fout: number): void;
  not1(a: number, rows: number, out: number): void;
  isNull1(flags: number, rows: number, out: number, fout: number): void;
  choose8(c: number, fc: number, then: number, fthen: number, rows: number, out: number, fout: number): void;
  choose1(c: number, fc: number, then: number, fthen: number, rows: number, out: number, fout: number): void;
  coalesce8(a: number, fa: number, rows: number, out: number, fout: number): void;
  coalesce1(a: number, fa: number, rows: number, out: number, fout: number): void;
  distinct1(fa: number, fb: number, differ: number, rows: number, out: number, fout: number): void;
  pick8(a: number, fa: number, b: number, fb: number, first: number, rows: number, out: number, fout: number): void;
  pick1(a: number, fa: number, b: number, fb: number, first: number, rows: number, out: number, fout: number): void;
  openRows(data: number, flags: number, mode: number, parent: number, rows: number, out: number): void;
  closeFlags(open: number, rows: number, flags: number): void;
  // text-functions.ts
  textBytes(a: number, flags: number, rows: number): number;
  lowerText(a: number, flags: number, rows: number, out: number, cursor: number, left: number): number;
  upperText(a: number, flags: number, rows: number, out: number, cursor: number, left: number): number;
  lengthText(a: number, flags: number, rows: number, out: number, left: number): number;
  sliceText(a: number, flags: number, rows: number, from: bigint, to: bigint, out: number, left: number): number;
  splitPart(a: number, flags: number, rows: number, delimiter: number, size: number, index: bigint, out: number): void;
  affixText(a: number, b: number, flags: number, rows: number, atEnd: number, out: number): void;
  containsText(a: number, b: number, flags: number, rows: number, out: number): void;
  trimText(a: number, flags: number, rows: number, sides: number, out: number): void;
  concatText(a: number, b: number, flags: number, rows: number, out: number, cursor: number): void;
  // time.ts
  truncateFixed(a: number, flags: number, rows: number, out: number, width: bigint, origin: bigint): void;
  truncateMonths(a: number, flags: number, rows: number, out: number, months: number, origin: number): void;
  extractDatePart(a: number, flags: number, rows: number, out: number, part: number): void;
  extractClockPart(a: number, flags: number, rows: number, out: number, modulus: bigint, divisor: bigint): void;
}
