/**
 * Which pieces of the input are looked at to predict a run: spread evenly, each at another place of its stretch, so that no
 * rhythm of the log is hit again and again. The same files always give the same pieces. Pure.
 */
import type { InputName, SourceFile } from '../core/source.ts';

export interface Piece {
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

export interface ChosenPieces {
  /** In the order of the input. */
  readonly pieces: readonly Piece[];
  /** In which order they are looked at: any first few are spread over the input too. */
  readonly order: readonly number[];
}

const kib = 1024;
const pieceCount = 24;
const leastPieceBytes = 64 * kib;
const mostPieceBytes = 1024 * kib;
/** Of the input. */
const wantedShare = 0.02;
const goldenRatio = 0.618_033_988_749_895;
/** Of streams that can be read from their start only. */
const mostStreams = 4;

export function choosePieces(
  sources: readonly SourceFile[],
  isSplittable: (input: InputName) => boolean,
): ChosenPieces {
  const files = sources.map((file, source) => ({ ...file, source }));
  const cut = files.filter(({ input }) => isSplittable(input));
  const streams = files.filter(({ input }) => !isSplittable(input)).slice(0, mostStreams);
  const pieces = [
    ...piecesOfFiles(cut.map(({ source, sizeBytes }) => ({ source, bytes: sizeBytes ?? 0 }))),
    ...streams.map(({ source }) => ({ source, start: 0, end: 4 * mostPieceBytes })),
  ];
  pieces.sort((a, b) => a.source - b.source || a.start - b.start);
  const order = pieces.map((_, i) => i).sort((a, b) => placeOf(a) - placeOf(b));
  return { pieces, order };
}

function piecesOfFiles(files: readonly { readonly source: number; readonly bytes: number }[]): Piece[] {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0) return [];
  const stretch = total / pieceCount;
  const wanted = Math.max(leastPieceBytes, Math.min(mostPieceBytes, (total * wantedShare) / pieceCount));
  // a small input is read whole
  const isWhole = stretch <= wanted;
  const size = isWhole ? stretch : wanted;
  const pieces: Piece[] = [];
  let [file, before] = [0, 0];
  for (let i = 0; i < pieceCount; i++) {
    let from = Math.floor(i * stretch + (isWhole ? 0 : placeOf(i) * (stretch - size)));
    const until = isWhole ? Math.floor((i + 1) * stretch) : from + Math.floor(size);
    // a piece may go on in the next file
    for (; file < files.length; file++) {
      const { source, bytes } = files[file] ?? { source: 0, bytes: 0 };
      const [start, end] = [from - before, Math.min(until - before, bytes)];
      if (start < end) pieces.push({ source, start, end });
      from = Math.max(from, Math.min(until, before + bytes));
      if (until < before + bytes) break;
      before += bytes;
    }
  }
  return pieces;
}

function placeOf(i: number): number {
  return ((i + 1) * goldenRatio) % 1;
}
