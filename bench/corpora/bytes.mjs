// Byte-level writing for the generators. Plain loops over a Uint8Array: for the short pieces a log line is made of they
// beat TypedArray.set, whose call costs more than the copy.

/** Many short texts in one array: text i is data[offsets[i], offsets[i + 1]). */
export class Texts {
  constructor(texts) {
    const encoded = texts.map((text) => Buffer.from(text, 'utf8'));
    this.length = encoded.length;
    this.offsets = new Int32Array(encoded.length + 1);
    encoded.forEach((text, i) => {
      this.offsets[i + 1] = this.offsets[i] + text.length;
    });
    this.data = new Uint8Array(Buffer.concat(encoded));
  }

  /** Copies text `index` to `out` at `at`; returns the offset after it. */
  put(out, at, index) {
    const { data } = this;
    const end = this.offsets[index + 1];
    let to = at;
    for (let from = this.offsets[index]; from < end; from++) out[to++] = data[from];
    return to;
  }
}

/** Copies all of `bytes`; returns the offset after it. */
export function putBytes(out, at, bytes) {
  const { length } = bytes;
  for (let i = 0; i < length; i++) out[at + i] = bytes[i];
  return at + length;
}

/** Writes a non-negative integer below 2^31 in decimal; returns the offset after it. */
export function putInteger(out, at, value) {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  let rest = value | 0;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    out[i] = 48 + rest - next * 10;
    rest = next;
  }
  return at + digits;
}

/** Writes `value` below 100 as two digits; returns the offset after them. */
export function putTwoDigits(out, at, value) {
  const tens = (value / 10) | 0;
  out[at] = 48 + tens;
  out[at + 1] = 48 + value - tens * 10;
  return at + 2;
}
