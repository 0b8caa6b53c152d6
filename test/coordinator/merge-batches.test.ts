/** Which partitions are merged by one task: all of them once, few tasks where there is little to merge, and never much at a time. */
import { describe, expect, it } from 'vitest';
import { mergeBatches } from '../../src/coordinator/merge-batches.ts';
import { PartialStore } from '../../src/coordinator/partial-store.ts';
import { createPartial, partitionCount } from '../../src/execute/partial.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Of partials with so many bytes in each partition. */
function storeOf(sizes: readonly number[], { limitBytes = 1 << 30, partials = 1 } = {}): PartialStore {
  const store = new PartialStore(limitBytes, { folder: tempFolder(), problem: '' }, () => undefined);
  for (let i = 0; i < partials; i++) store.add(createPartial(1, sizes).partial);
  return store;
}

const even = (bytes: number) => Array.from({ length: partitionCount }, () => bytes);
const all = Array.from({ length: partitionCount }, (_, partition) => partition);

describe('mergeBatches', () => {
  it('has every partition that has groups once, in order', () => {
    const sizes = all.map((p) => (p % 5 === 0 ? 0 : (p * 7919) % 20_000));
    for (const parallel of [1, 3, 17]) {
      const batches = mergeBatches(storeOf(sizes, { partials: 2 }), parallel, false);
      expect(batches.flat()).toEqual(all.filter((p) => sizes[p] !== 0));
    }
  });

  it('makes two tasks for each that is out at a time where there is little to merge, and more where there is much', () => {
    expect(mergeBatches(storeOf(even(1000)), 4, false)).toHaveLength(8);
    // no more than 8 MiB at a time, and less of the first ones
    const sizes = mergeBatches(storeOf(even(1 << 20)), 2, false).map(({ length }) => length);
    expect(sizes).toEqual([2, 2, 8, 8, 8, 8, 8, 8, 8, 4]);
    expect(mergeBatches(storeOf(even(1 << 22)), 1, false)).toHaveLength(33);
  });

  it('counts what is in a file', () => {
    const store = storeOf(even(10_000), { limitBytes: 1000 });
    expect(store.bytesOf(0)).toBeGreaterThanOrEqual(10_000);
    expect(mergeBatches(store, 4, false).flat()).toEqual(all);
  });

  it('leaves large partitions alone, and all where that is asked for', () => {
    const batches = mergeBatches(storeOf(all.map((p) => (p === 9 ? 40 << 20 : 1000))), 2, false);
    expect(batches).toContainEqual([9]);
    expect(mergeBatches(storeOf(even(1000)), 4, true)).toEqual(all.map((p) => [p]));
  });

  it('takes a small part of a small memory at a time', () => {
    const limitBytes = 16 << 20;
    const store = storeOf(even(200_000), { limitBytes });
    for (const batch of mergeBatches(store, 1, false))
      expect(batch.length * 200_000).toBeLessThanOrEqual(limitBytes / 16);
  });

  it('has nothing to do where there is nothing', () => {
    expect(mergeBatches(storeOf(even(0)), 3, false)).toEqual([]);
  });
});
