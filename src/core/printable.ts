/**
 * Text from files, made safe to show: what a log holds must not steer the terminal that it is quoted on.
 *
 * Control characters (C0, DEL, C1), line separators, bidirectional overrides and lone surrogates become escapes as in
 * JavaScript, `\t`, `\x1b`, `\u202e`; everything else stays.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escapeOf);
}

/** The text in printable form, cut to so many characters, with `...` where it was cut. */
export function excerpt(text: string, maxLength: number): string {
  // cut first: the text may be a huge record
  const shown = printable(text.slice(0, maxLength));
  return text.length > maxLength || shown.length > maxLength ? `${shown.slice(0, maxLength)}...` : shown;
}

const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeOf(character: string): string {
  const known = short[character];
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
