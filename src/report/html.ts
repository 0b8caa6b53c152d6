/**
 * HTML as a tagged template in which every value is escaped: what a log, a file's name or a query holds is hostile here.
 *
 * Invariant: nothing becomes markup but what stands in a template of this program.
 */
import { printable } from '../core/printable.ts';

/** Markup that may be put into markup as it is. Made by {@link html} and {@link trusted} only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | null | readonly Part[];

/** Text and numbers are escaped, markup stays, lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((before, string, i) => `${before}${render(parts[i - 1] ?? null)}${string}`));
}

/** Text of this program's own: style sheets and scripts. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Data for a script element of type application/json: no character in it can end the element or the script's line. */
export function jsonForScript(data: unknown): Markup {
  return new Markup(JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => unicodeEscape(character)));
}

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}

/** What is invisible or turns the reading direction becomes visible, as on a terminal; line ends stay. */
function escapeHtml(text: string): string {
  const visible = text.split('\n').map(printable).join('\n');
  return visible.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
