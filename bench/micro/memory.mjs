// Values laid out in a memory as the kernels and the plain loops take them. `memory` is an arena or a Reference: both have
// alloc, place, u8, u32, i64 and f64.

const encoder = new TextEncoder();

/** Spans (u64: address, length) of texts that stand one behind the other. */
export function placeTexts(memory, texts) {
  const encoded = texts.map((text) => encoder.encode(text));
  const bytes = Buffer.concat([...encoded, Buffer.alloc(64)]);
  let address = memory.place(bytes);
  const spans = memory.alloc(texts.length * 8 + 64);
  encoded.forEach(({ length }, i) => {
    memory.u32.set([address, length], spans / 4 + 2 * i);
    address += length;
  });
  return spans;
}

export function placeIntegers(memory, values) {
  const at = memory.alloc(values.length * 8 + 64);
  memory.i64.set(values.map(BigInt), at / 8);
  return at;
}

export function placeDoubles(memory, values) {
  const at = memory.alloc(values.length * 8 + 64);
  memory.f64.set(values, at / 8);
  return at;
}

/** Flags of so many valid values. */
export function placeFlags(memory, count) {
  return memory.place(new Uint8Array(count + 64));
}

/** One text as `[address, length]`. */
export function placeText(memory, text) {
  const bytes = encoder.encode(text);
  return [memory.place(bytes), bytes.length];
}

/** One text as a span. */
export function placeSpan(memory, text) {
  const [address, length] = placeText(memory, text);
  return (BigInt(length) << 32n) | BigInt(address);
}

/** The texts of spans, NULL as null. */
export function readTexts(memory, spans, count) {
  return Array.from({ length: count }, (_, i) => {
    const [address, length] = memory.u32.subarray(spans / 4 + 2 * i, spans / 4 + 2 * i + 2);
    return address === 0 ? null : Buffer.from(memory.u8.subarray(address, address + length)).toString('latin1');
  });
}
