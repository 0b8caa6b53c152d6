/** PostgreSQL counts bytes of UTF-8; everything here counts UTF-16 units. */

/** From byte offset to unit offset; offsets inside a character give the character. */
export function unitsFromBytes(text: string): (byte: number) => number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole ASCII range is meant
  if (/^[\x00-\x7f]*$/.test(text)) return (byte) => byte;
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (let index = 0; index < bytes; index++) units.push(unit);
    unit += character.length;
  }
  return (byte) => units[byte] ?? text.length;
}
