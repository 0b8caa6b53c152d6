/** A tokenizer's instruction as it lies in the arena: one block, freed with its `bytes`. */
export interface Program {
  readonly address: number;
  readonly bytes: number;
}
