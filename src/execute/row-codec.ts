/**
 * Rows of typed values as bytes whose memcmp order is the values' order; workers/kernels/encode.ts writes the same.
 *
 * Per value a tag (1 value; NULL 2, or 0 where NULLs come first), then its bytes, inverted where the order is descending.
 * Integers take 8 bytes in rows made by kernels ("narrow") and 16 in finished groups ("wide": sums have 128 bits).
 */
import type { Interval, SqlType, Value } from '../core/value.ts';
import type { ByteWriter } from './byte-writer.ts';

export interface ColumnOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export const ascending: ColumnOrder = { descending: false, nullsFirst: false };

/** `narrow`: 64-bit integers, `wide`: 128-bit integers. */
export type IntegerWidth = 'narrow' | 'wide';

const signBit = 1n << 63n;
/** Upper halves below this make integers below 2^53. */
const safeHigh = 2 ** 21;
const scratch = new DataView(new ArrayBuffer(8));

export function encodeValue(writer: ByteWriter, value: Value, type: SqlType, order: ColumnOrder): void {
  if (value === null) {
    writer.u8(order.nullsFirst ? 0 : 2);
    return;
  }
  writer.u8(1);
  const begin = writer.length;
  switch (type) {
    case 'text':
      encodeText(writer, value as string); // the type says so
      break;
    case 'boolean':
      writer.u8(value === true ? 1 : 0);
      break;
    case 'double': {
      scratch.setFloat64(0, (value as number) + 0);
      const bits = scratch.getBigUint64(0);
      writer.u64BigEndian(bits & signBit ? ~bits : bits ^ signBit);
      break;
    }
    case 'interval': {
      const { months, micros } = value as Interval;
      writer.u64BigEndian(BigInt(months) ^ signBit);
      writer.u64BigEndian(micros ^ signBit);
      break;
    }
    default: {
      const wide = value as bigint;
      writer.u64BigEndian((wide >> 64n) ^ signBit);
      writer.u64BigEndian(wide);
    }
  }
  if (order.descending) writer.invert(begin);
}

function encodeText(writer: ByteWriter, value: string): void {
  if (!value.includes('\0')) {
    writer.text(value);
  } else {
    const parts = value.split('\0');
    parts.forEach((part, i) => {
      if (i > 0) {
        writer.u8(0);
        writer.u8(0xff);
      }
      writer.text(part);
    });
  }
  writer.u8(0);
  writer.u8(1);
}

/** Appends bytes as an encoded text would be. */
export function encodeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.u8(1);
  encodeTextBytes(writer, bytes);
}

/** The same without the tag. */
function encodeTextBytes(writer: ByteWriter, bytes: Uint8Array): void {
  let from = 0;
  for (let zero = bytes.indexOf(0); zero >= 0; zero = bytes.indexOf(0, from)) {
    writer.append(bytes.subarray(from, zero + 1));
    writer.u8(0xff);
    from = zero + 1;
  }
  writer.append(bytes.subarray(from));
  writer.u8(0);
  writer.u8(1);
}

/** Decodes ascending rows, one after the other. */
export class RowDecoder {
  #bytes: Buffer;
  readonly #types: readonly SqlType[];
  readonly #width: IntegerWidth;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, types: readonly SqlType[], width: IntegerWidth, begin = 0, end = bytes.length) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#types = types;
    this.#width = width;
    this.#at = begin;
    this.#end = end;
  }

  /** The next row, or null at the end. */
  next(): Value[] | null {
    if (this.#at >= this.#end) return null;
    return this.#row();
  }

  /** The row that begins there in other bytes. */
  at(bytes: Buffer, begin: number): Value[] {
    this.#bytes = bytes;
    this.#at = begin;
    return this.#row();
  }

  #row(): Value[] {
    const values: Value[] = [];
    for (const type of this.#types) values.push(this.#value(type));
    return values;
  }

  #value(type: SqlType): Value {
    const bytes = this.#bytes;
    if (bytes[this.#at++] !== 1) return null;
    switch (type) {
      case 'text':
        return this.#text();
      case 'boolean':
        return bytes[this.#at++] === 1;
      case 'double': {
        const at = this.#at;
        this.#at += 8;
        const high = bytes.readUInt32BE(at);
        const low = bytes.readUInt32BE(at + 4);
        const isNegative = high < 0x80000000;
        scratch.setUint32(0, isNegative ? ~high : high ^ 0x80000000);
        scratch.setUint32(4, isNegative ? ~low : low);
        return scratch.getFloat64(0);
      }
      case 'interval': {
        const months = Number(BigInt.asIntN(64, this.#u64() ^ signBit));
        return { months, micros: BigInt.asIntN(64, this.#u64() ^ signBit) };
      }
      default:
        return this.#integer();
    }
  }

  /** Most integers are small enough for two halves of a double, which is five times faster than 64-bit arithmetic in BigInt. */
  #integer(): bigint {
    const at = this.#at;
    const bytes = this.#bytes;
    if (this.#width === 'narrow') {
      const high = (bytes.readUInt32BE(at) ^ 0x80000000) | 0;
      if (high >= -safeHigh && high < safeHigh) {
        this.#at += 8;
        return BigInt(high * 2 ** 32 + bytes.readUInt32BE(at + 4));
      }
      return BigInt.asIntN(64, this.#u64() ^ signBit);
    }
    // not negative, and nothing in the upper half
    if (bytes.readUInt32BE(at) === 0x80000000 && bytes.readUInt32BE(at + 4) === 0) {
      const high = bytes.readUInt32BE(at + 8);
      if (high < safeHigh) {
        this.#at += 16;
        return BigInt(high * 2 ** 32 + bytes.readUInt32BE(at + 12));
      }
    }
    return (BigInt.asIntN(64, this.#u64() ^ signBit) << 64n) | this.#u64();
  }

  #u64(): bigint {
    const value = this.#bytes.readBigUInt64BE(this.#at);
    this.#at += 8;
    return value;
  }

  #text(): string {
    const bytes = this.#bytes;
    let text = '';
    for (let begin = this.#at; ; ) {
      const zero = bytes.indexOf(0, begin);
      if (bytes[zero + 1] === 1) {
        text = text === '' ? bytes.toString('utf8', this.#at, zero) : text + bytes.toString('utf8', this.#at, zero);
        this.#at = zero + 2;
        return text;
      }
      text += `${bytes.toString('utf8', this.#at, zero)}\0`;
      this.#at = zero + 2;
      begin = this.#at;
    }
  }
}
