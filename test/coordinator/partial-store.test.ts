/** Where partials stand until they are merged, and when they leave for a file. */
import { describe, expect, it } from 'vitest';
import { PartialStore } from '../../src/coordinator/partial-store.ts';
import { createPartial, partitionCount } from '../../src/execute/partial.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** 10 groups, all in partition 3. */
function partialOf(bytes: number): Uint8Array {
  const sizes = Array.from({ length: partitionCount }, (_, p) => (p === 3 ? bytes : 0));
  const { partial, begins } = createPartial(10, sizes);
  partial.fill(7, begins[3], (begins[3] ?? 0) + bytes);
  return partial;
}

function storeOf(limitBytes: number): { store: PartialStore; spills: number[] } {
  const spills: number[] = [];
  const place = { folder: tempFolder(), problem: '' };
  return { store: new PartialStore(limitBytes, place, (bytes) => spills.push(bytes)), spills };
}

describe('PartialStore', () => {
  it('takes what it was lent into memory, and after it had to spill only its own limit', () => {
    const { store, spills } = storeOf(10_000);
    store.widen(20_000);
    for (let i = 0; i < 3; i++) store.add(partialOf(9000));
    expect(spills).toEqual([]);
    store.add(partialOf(9000));
    expect(spills).toHaveLength(1);
    store.add(partialOf(9000));
    expect(spills).toHaveLength(1);
    store.add(partialOf(9000));
    expect(spills).toHaveLength(2);
    const [first = 0, second = 0] = spills;
    expect(first).toBeGreaterThanOrEqual(36_000); // and the headers of frames
    expect(second).toBeGreaterThanOrEqual(18_000);
    expect(second).toBeLessThan(27_000);
    store.close();
  });

  it('has every byte in one segment of its partition, wherever it stands', () => {
    const { store } = storeOf(10_000);
    store.add(partialOf(9000));
    store.add(partialOf(9000));
    store.add(partialOf(1000));
    expect(store.bytesOf(3)).toBeGreaterThan(0);
    expect(store.bytesOf(4)).toBe(0);
    const segments = store.segments(3).map((segment) => {
      return segment.type === 'bytes' ? [segment.type, segment.bytes.length] : [segment.type];
    });
    expect(segments).toEqual([['file'], ['bytes', 1000]]);
    store.close();
  });

  it('fills buffers again that came back, where they are large enough', () => {
    const { store } = storeOf(1_000_000);
    store.add(partialOf(9000));
    const bytesOf = () => {
      const [segment] = store.segments(3);
      if (segment?.type !== 'bytes') throw new Error('nothing was spilled');
      return segment.bytes;
    };
    const first = bytesOf();
    expect(first.every((byte) => byte === 7)).toBe(true);
    store.takeBack([new Uint8Array(first.buffer).fill(0)]);
    expect(bytesOf().buffer).toBe(first.buffer);
    expect(first.every((byte) => byte === 7)).toBe(true);
    expect(bytesOf().buffer).not.toBe(first.buffer);
    store.takeBack([new Uint8Array(100)]);
    expect(bytesOf()).toEqual(first);
    store.close();
  });

  it('tells how many bytes a group takes, also of what was spilled', () => {
    const { store } = storeOf(10_000);
    const header = partialOf(0).length;
    store.add(partialOf(9000));
    store.add(partialOf(9000));
    store.add(partialOf(3000));
    expect(store.bytesPerGroup).toBeCloseTo((21_000 + 3 * header) / 30, 6);
    store.close();
  });
});
