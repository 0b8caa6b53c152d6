// Seeded randomness that gives the same numbers on every machine: 32-bit integer mixing for the stream, and only
// additions, divisions and comparisons of doubles (exact by IEEE 754) for the distributions; no Math.log or Math.pow,
// whose last digit may differ between engines.

/** A bijection of 32-bit integers ("lowbias32", https://nullprogram.com/blog/2018/07/31/): distinct in, distinct out. */
export function mix32(value) {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b | 0);
  return (x ^ (x >>> 16)) | 0;
}

/** A stream of random integers: a Weyl counter through mix32. Its period is 2^32 draws for one seed. */
export class Random {
  constructor(seed) {
    this.state = mix32((seed | 0) ^ 0x5bf03635);
  }

  /** The next integer in [0, 2^32). */
  uint32() {
    this.state = (this.state + 0x9e3779b9) | 0;
    return mix32(this.state) >>> 0;
  }

  /** The next integer in [0, limit). */
  below(limit) {
    return Math.floor((this.uint32() * limit) / 4294967296);
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

/** Draws an index with probability proportional to its weight, in constant time (Vose's alias method). */
export class Weighted {
  constructor(weights) {
    const size = weights.length;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const scaled = Float64Array.from(weights, (weight) => (weight / total) * size);
    this.size = size;
    this.threshold = new Float64Array(size).fill(1);
    this.alias = new Int32Array(size);
    const small = [];
    const large = [];
    for (let i = 0; i < size; i++) (scaled[i] < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop();
      const more = large[large.length - 1];
      this.threshold[less] = scaled[less];
      this.alias[less] = more;
      scaled[more] -= 1 - scaled[less];
      if (scaled[more] < 1) small.push(large.pop());
    }
  }

  draw(random) {
    const scaled = (random.uint32() / 4294967296) * this.size;
    const index = Math.floor(scaled);
    return scaled - index < this.threshold[index] ? index : this.alias[index];
  }
}

/** Ranks 0..size-1 where rank k is drawn 1/(k+1) as often as rank 0 (Zipf's law with exponent 1). */
export function zipf(size) {
  return new Weighted(Array.from({ length: size }, (_, rank) => 1 / (rank + 1)));
}
