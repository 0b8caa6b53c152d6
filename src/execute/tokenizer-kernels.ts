/** The tokenizers' exports: see workers/kernels/batch.ts for their contract. */
export type TokenizeKernel = (
  program: number,
  begin: number,
  end: number,
  startLimit: number,
  final: number,
  batch: number,
) => number;

/** Declared beside the kernels in workers/kernels/tokenizers. */
export interface TokenizerKernels {
  tokenizeTemplate: TokenizeKernel;
  templateProgramBytes(stepCount: number): number;
  templateStepsOffset(): number;
  tokenizeCsv: TokenizeKernel;
  csvProgramBytes(fieldCount: number): number;
  csvVectorsOffset(): number;
  tokenizeJson: TokenizeKernel;
  jsonLayoutBytes(): number;
  tokenizeLines: TokenizeKernel;
}
