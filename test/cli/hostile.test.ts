/**
 * A log that wants to take over: escape sequences, markup and formulas in its name, its values, its rejected records and the
 * names of functions. Nothing of it may steer a terminal, become markup or break a line of what is written.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const title = '\x1b]0;owned\x07';
const clear = '\x1b[2J\x9b31m';
const turned = '\u202egol.exe';
const markup = '</script><img src=x onerror=alert(1)>';
const name = `a${title}${markup.replace('/', '')}=1+1.csv`;
const values = [`${clear}red`, `${turned}`, markup, '=HYPERLINK("http://x")', '@SUM(1)', '\tTab\rReturn', 'plain'];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** What no output may hold: control characters but the line's end, and what turns the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

function folderWithLog(): string {
  const folder = tempFolder();
  const lines = Array.from(
    { length: 4000 },
    (_, i) => `${quoted(values[i % values.length] ?? '')},${i % 97 === 5 ? `x${clear}${markup}` : i}`,
  );
  writeFileSync(join(folder, name), `w,n\n${lines.join('\n')}\n`);
  mkdirSync(join(folder, 'heaps'));
  writeFileSync(
    join(folder, 'odd.mjs'),
    `const kept = []; const odd = { ${JSON.stringify(`f${clear}<b>`)}(v) { for (let i = 0; i < 40; i++) kept.push([i + 0.5, v]); return v; } };
export const functions = { same: { args: ['text'], result: 'text', call: (v) => odd[${JSON.stringify(`f${clear}<b>`)}](v) } };\n`,
  );
  return folder;
}

describe('a hostile log', () => {
  const folder = folderWithLog();
  const sql = 'SELECT same(w) AS w, sum(n) AS s FROM logs GROUP BY 1 ORDER BY 1';
  const looks = [
    '--report',
    'r.html',
    '--events',
    'e.ndjson',
    '--heap-profile',
    'heaps',
    '--rejects',
    'rejects.ndjson',
  ];
  const small = ['--functions', 'odd.mjs', '--split', '8KB', '--workers', '2', '--recycle-after', '4'];
  const ask = (...more: string[]) => millrace(['query', sql, name, ...small, ...more], { cwd: folder });

  it('cannot steer the terminal, neither from the table nor from what is said beside it', async () => {
    const { stdout, stderr, code } = await ask('-o', 'table', '--watch', ...looks);
    expect([code, stdout.toString().match(steering), stderr.match(steering)]).toEqual([0, null, null]);
    expect(stdout.toString()).toContain('\\x1b[2J\\x9b31mred');
    expect(stderr).toContain('a\\x1b]0;owned\\x07');
    expect(stderr).toMatch(/heap profiles? in/);
  });

  it('stays data in every file that a run writes', () => {
    for (const file of ['e.ndjson', 'rejects.ndjson']) {
      const text = readFileSync(join(folder, file), 'utf8');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
      for (const line of text.trim().split('\n')) expect(typeof JSON.parse(line)).toBe('object');
    }
    const page = readFileSync(join(folder, 'r.html'), 'utf8');
    expect(page).not.toMatch(/<img|31m<b>|\u202e/);
    expect(page).toContain('f\\x1b[2J\\x9b31m&lt;b&gt;');
    expect(page.match(/<script/g)).toHaveLength(3); // the data, the library, what draws
  });

  it('is quoted as CSV has it, and made harmless for spreadsheets where that was asked for', async () => {
    const plain = (await ask('-o', 'csv', '--quiet')).stdout.toString();
    expect(plain).toContain('"=HYPERLINK(""http://x"")"');
    const safe = (await ask('-o', 'csv', '--quiet', '--csv-safe')).stdout.toString();
    expect(safe).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(safe).toContain("'@SUM(1)");
  });
});
