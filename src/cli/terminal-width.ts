/** Columns of a terminal; 80 where it does not say, as the terminals of `script` and of some containers, which report 0. */
export function terminalWidth(stream: { readonly columns?: number }): number {
  return stream.columns === undefined || stream.columns < 1 ? 80 : stream.columns;
}
