/**
 * What the page carries in itself: uPlot (MIT, 51 KB minified, no dependencies) and the script that draws with it.
 * Both are read where a report is written, and nowhere else.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface Assets {
  readonly libraryScript: string;
  readonly libraryStyle: string;
  readonly drawScript: string;
}

export function readAssets(): Assets {
  const { resolve } = createRequire(import.meta.url);
  return {
    libraryScript: forScriptElement(readFileSync(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8')),
    libraryStyle: readFileSync(resolve('uplot/dist/uPlot.min.css'), 'utf8'),
    drawScript: forScriptElement(
      readFileSync(new URL('client/draw-charts.js', import.meta.url), 'utf8').replace(
        /^\/\/# sourceMappingURL=.*$/m,
        '',
      ),
    ),
  };
}

/** As a Content-Security-Policy names a script. */
export function scriptHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script, 'utf8').digest('base64')}'`;
}

/** Our own text, but a comment in it may hold what ends a script element. */
function forScriptElement(script: string): string {
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/\r\n?/g, '\n');
}
