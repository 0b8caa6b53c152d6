/**
 * An example of functions of your own; **start here**. Called in a query like built-in ones:
 *
 *     millrace query --functions config/functions.mjs \
 *       "SELECT section(path) AS section, count(*) AS hits, top_value(user_agent) AS agent FROM 'access.log' GROUP BY 1"
 *
 * integer and timestamp (microseconds since 1970, UTC) are bigint, double is number, NULL is null. In TypeScript:
 * `export const functions = { ... } satisfies MillraceFunctions['functions']`.
 */

/** One value from the values of one record, and from nothing else. A throw rejects the record. */
export const functions = {
  /** `/shop/cart?id=7` -> `shop` */
  section: { args: ['text'], result: 'text', call: (path) => path.split(/[/?]/)[1] ?? '' },

  /** Kilobytes, rounded up. */
  kilobytes: { args: ['integer'], result: 'integer', call: (bytes) => (bytes + 1023n) / 1024n },
};

/**
 * One value from many records. `merge` puts together what different parts of the files gave: it must not matter which
 * part comes first, or how many there are. A state is plain data: objects, maps, sets, arrays.
 */
export const aggregates = {
  /** The value that comes most often. */
  top_value: {
    args: ['text'],
    result: 'text',
    init: () => new Map(),
    update(counts, value) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      return counts;
    },
    merge(a, b) {
      for (const [value, count] of b) a.set(value, (a.get(value) ?? 0) + count);
      return a;
    },
    finalize(counts) {
      const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      return first === undefined ? null : first[0];
    },
  },
};
