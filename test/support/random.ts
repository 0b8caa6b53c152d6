/** Seeded random choices (sfc32): the same seed gives the same file and the same query on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed * 0x9e3779b1) | 0;
    this.#c = 0x243f6a88;
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** Uniform in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor((this.#next() / 2 ** 32) * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.#next() / 2 ** 32 < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.int(0, choices.length - 1)];
    if (choice === undefined) throw new Error('Cannot pick from an empty list');
    return choice;
  }

  /** `count` results of a maker, `count` uniform in [low, high]. */
  many<T>(low: number, high: number, make: () => T): T[] {
    return Array.from({ length: this.int(low, high) }, make);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const [left, right] = [result[i], result[j]];
      if (left === undefined || right === undefined) throw new Error('Cannot shuffle undefined');
      result[i] = right;
      result[j] = left;
    }
    return result;
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }
}
