// A group whose sets of values do not fit into the arena is merged in passes over the same partials: each pass looks at a part
// of what they hold, so that any state can be finished in bounded memory. The pass stands here, for all tables of the arena.
//
// EVERYTHING: the normal case. FIRST: everything, but of sets only one class of values (by their hash) and of multisets only how
// many values there are. SETS: one more class of the sets, nothing else. SELECT: multisets only, as a histogram of the next
// eight bits of those values whose leading bits are known (radix selection).

export const EVERYTHING: u32 = 0;
export const FIRST: u32 = 1;
export const SETS: u32 = 2;
export const SELECT: u32 = 3;

export let pass: u32 = EVERYTHING;
export let classMask: u32 = 0;
export let classNumber: u32 = 0;
/** How many leading bits of the wanted values are known. */
export let knownBits: u32 = 0;

/** A new instance of the kernels begins with EVERYTHING. */
export function setPass(kind: u32, mask: u32, number: u32, bits: u32): void {
  pass = kind;
  classMask = mask;
  classNumber = number;
  knownBits = bits;
}
