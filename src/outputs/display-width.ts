/**
 * How many terminal columns a text takes, and how to cut it to fit. Text holds no control characters here.
 *
 * Counted by what a reader sees as one character (grapheme cluster): combining marks take nothing, East Asian wide
 * characters and emoji take two columns.
 */
import { eastAsianWidth } from 'get-east-asian-width';

let segmenter: Intl.Segmenter | null = null;

export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const { segment } of segments(text)) width += clusterWidth(segment);
  return width;
}

/** The text, cut so that it takes at most `width` (1 or more) columns, the last one an ellipsis where something is missing. */
export function fitWidth(text: string, width: number): string {
  if (text.length <= width && isAscii(text)) return text;
  if (displayWidth(text) <= width) return text;
  let fitting = '';
  let used = 0;
  for (const { segment } of segments(text)) {
    used += clusterWidth(segment);
    if (used > width - 1) break;
    fitting += segment;
  }
  return `${fitting}…`;
}

/** Made for the first text that needs it, which few do: it takes 9 ms. */
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

function clusterWidth(cluster: string): number {
  const codePoint = cluster.codePointAt(0) ?? 0;
  if (/^[\p{Mark}\p{Default_Ignorable_Code_Point}]/u.test(cluster)) return 0;
  if (cluster.includes('\ufe0f')) return 2; // asks for the emoji's picture
  return eastAsianWidth(codePoint);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}
