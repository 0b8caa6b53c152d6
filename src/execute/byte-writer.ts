/** A growing byte buffer. Finished buffers are owned by the caller and can be transferred. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Address of `count` fresh bytes. */
  reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + count));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = at + count;
    return at;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.#bytes[at] = value;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** Overwrites a u32 that was reserved earlier. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  u64BigEndian(value: bigint): void {
    const at = this.reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value));
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  text(value: string): void {
    const most = value.length * 3;
    const at = this.reserve(most);
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(at, at + most));
    this.#length = at + written;
  }

  /** Inverts what was written from `from` on. */
  invert(from: number): void {
    for (let i = from; i < this.#length; i++) this.#bytes[i] = ~(this.#bytes[i] ?? 0);
  }

  /** The bytes from `from` on; a view, valid until the next write. */
  view(from = 0): Uint8Array {
    return this.#bytes.subarray(from, this.#length);
  }

  /** Forgets the content, keeps the room. */
  clear(): void {
    this.#length = 0;
  }

  /** The bytes as an array of their own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

const encoder = new TextEncoder();
