/** The sections of a WebAssembly module in its binary format, https://webassembly.github.io/spec/core/binary/modules.html */

export const sectionIds = {
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  export: 7,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** Magic number and version. */
export const preambleBytes = 8;

export interface Section {
  readonly id: number;
  /** Where its content begins and ends. */
  readonly begin: number;
  readonly end: number;
}

export function* sectionsOf(module: Uint8Array): Generator<Section> {
  for (let at = preambleBytes; at < module.length; ) {
    const { value: length, next: begin } = readVarUint(module, at + 1);
    yield { id: module[at] ?? 0, begin, end: begin + length };
    at = begin + length;
  }
}

/** `next`: where what stands behind the number begins. */
export function readVarUint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let next = at, shift = 0; ; shift += 7) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
}

export function varUint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest % 0x80) + 0x80);
  }
}
