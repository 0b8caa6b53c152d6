/** Splits a command as a shell does: spaces, 'single' and "double" quotes, backslashes; `$'\t'` too. Nothing is expanded. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  const pattern = /\s+|\$'((?:\\.|[^'\\])*)'|'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\$]+|\$)/gsu;
  let word: string | null = null;
  for (const match of command.trim().matchAll(pattern)) {
    const [text, ansi, single, double, escaped, bare] = match;
    const part =
      ansi !== undefined
        ? ansi.replaceAll('\\t', '\t').replaceAll('\\n', '\n')
        : (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare);
    if (part === undefined && /^\s/.test(text)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + (part ?? '');
  }
  if (word !== null) words.push(word);
  return words;
}
