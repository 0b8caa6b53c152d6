// Generated parts of hand-written pages: what stands between `<!-- name:start -->` and `<!-- name:end -->` belongs to a
// program, the rest to people.

/** `page` with the content of block `name` replaced; throws when the markers are not there, once and in order. */
export function replaceBlock(page, name, content) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from || page.indexOf(start, from + 1) >= 0 || page.indexOf(end, to + 1) >= 0)
    throw new Error(`Cannot fill block "${name}": the page needs "${start}" and "${end}" once, in this order`);
  return `${page.slice(0, from + start.length)}\n${content.trim()}\n${page.slice(to)}`;
}
