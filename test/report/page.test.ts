/**
 * The report of a real run in a real browser: nothing fetched, nothing refused, the figures of `--stats`, readable for
 * everybody. Screenshots stay in test/artefacts for people to look at.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { accessLog } from '../cli/access-log.ts';
import { artefactFolder, openBrowser } from '../support/browser.ts';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostileName = 'a"><img src=x onerror=alert(1)>.log';
const hostileRecord = '</script><img src=x onerror=alert(2)> \u202e not a record';

/** A run with recycling, rejects, a hostile file name and hostile records. */
async function run(folder: string, ...flags: string[]): Promise<void> {
  const lines = accessLog(60_000).split('\n');
  lines[1000] = hostileRecord;
  lines[40_000] = '<b>x</b>';
  writeFileSync(join(folder, hostileName), lines.join('\n'));
  const sql = `select status, path, count(*) as hits, sum(bytes) as bytes, '<i>&' as odd from logs where path <> '</script>' group by status, path`;
  const splits = ['--split', '200KB', '--recycle-after', '4', '--workers', '2', '--memory', '512MiB'];
  const out = ['--report', 'r.html', '--stats', 's.json', '--events', 'e.ndjson', '--quiet', '-o', 'csv'];
  const { code, stderr } = await millrace(['query', sql, hostileName, ...splits, ...out, ...flags], { cwd: folder });
  expect([code, stderr]).toEqual([0, '']);
}

interface Opened {
  readonly page: Page;
  /** Console messages, errors and requests beside the page itself. */
  readonly noises: string[];
}

async function open(browser: Browser, file: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
  const page = await browser.newPage(options);
  const address = pathToFileURL(file).href;
  const noises: string[] = [];
  page.on('console', (message) => noises.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => noises.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    noises.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address) noises.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, noises };
}

describe('the report in Chromium', { timeout: 120_000 }, () => {
  test('asks for nothing, says nothing, draws its charts and shows the figures of --stats', async (context) => {
    const browser = await openBrowser(context);
    const folder = tempFolder();
    await run(folder);
    const { page, noises } = await open(browser, join(folder, 'r.html'));
    await page.waitForSelector('.uplot canvas');
    expect(noises).toEqual([]);
    const ofWorkers = await page.locator('.plot[id^=worker]').count();
    expect(ofWorkers).toBeGreaterThan(0);
    expect(await page.locator('.uplot').count()).toBe(2 + ofWorkers); // throughput, memory, each worker that was sampled

    const stats = JSON.parse(readFileSync(join(folder, 's.json'), 'utf8'));
    const shown = await page
      .locator('data[data-stat]')
      .evaluateAll((elements) =>
        elements.map(
          (element) =>
            [
              element.getAttribute('data-stat') ?? '',
              Number(element.getAttribute('value')),
              element.textContent ?? '',
            ] as const,
        ),
      );
    const figure = (path: string) => path.split('.').reduce((value, key) => value[key], stats);
    expect(shown.map(([path, value]) => [path, value])).toEqual(shown.map(([path]) => [path, figure(path)]));
    // where the text is a plain number, it is that number
    const counts = shown.filter(([, , text]) => /^[\d,]+$/.test(text));
    expect(counts.length).toBeGreaterThan(5);
    for (const [path, , text] of counts) expect([path, Number(text.replaceAll(',', ''))]).toEqual([path, figure(path)]);
    const paths = new Set(shown.map(([path]) => path));
    for (const path of ['records.read', 'records.matched', 'records.filtered', 'records.rejected', 'bytesRead']) {
      expect(paths).toContain(path);
    }
    for (const path of [
      'memory.peakRssBytes',
      'memory.perWorker.0.peakHeapBytes',
      'retries',
      'spilledBytes',
      'splits',
    ]) {
      expect(paths).toContain(path);
    }
    expect(await page.locator('#result tbody tr').count()).toBe(6);
    expect(await page.locator('#marks tbody tr').count()).toBeGreaterThan(3);
  });

  test('shows hostile names and records as text', async (context) => {
    const browser = await openBrowser(context);
    const folder = tempFolder();
    await run(folder);
    const { page, noises } = await open(browser, join(folder, 'r.html'));
    await page.waitForSelector('.uplot canvas');
    expect(noises).toEqual([]);
    expect(await page.locator('img, b script, td script').count()).toBe(0);
    const rejects = await page.locator('#rejects').textContent();
    expect(rejects).toContain('</script><img src=x onerror=alert(2)> \\u202e not a record');
    expect(rejects).toContain(hostileName);
    expect(await page.locator('#result').textContent()).toContain('<i>&');
    expect(await page.locator('script').count()).toBe(3);
  });

  test('is whole without JavaScript, the charts excepted', async (context) => {
    const browser = await openBrowser(context);
    const folder = tempFolder();
    await run(folder);
    const { page } = await open(browser, join(folder, 'r.html'), { javaScriptEnabled: false });
    const text = await page.locator('main').textContent();
    expect(text).toContain('The charts need JavaScript');
    for (const heading of ['What to change', 'Result', 'Workers', 'Slowest splits', 'Rejected records', 'Plan']) {
      expect(text).toContain(heading);
    }
    expect(text).toContain('60,000');
    expect(await page.locator('.charts').isVisible()).toBe(false);
  });

  const screens = [1280, 390].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })));
  for (const { width, theme } of screens) {
    test(`fits ${width} pixels in the ${theme} theme, and axe finds nothing serious`, async (context) => {
      const browser = await openBrowser(context);
      const folder = tempFolder();
      await run(folder);
      const options = { viewport: { width, height: 900 }, colorScheme: theme };
      const { page, noises } = await open(browser, join(folder, 'r.html'), options);
      await page.waitForSelector('.uplot canvas');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.screenshot({ path: join(artefactFolder(), `report-${width}-${theme}.png`), fullPage: true });
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const found = await (globalThis as unknown as AxeHolder).axe.run(); // the script above has put it there
        return found.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
      });
      expect(violations.filter((text) => /^(serious|critical)/.test(text))).toEqual([]);
      expect(noises).toEqual([]);
    });
  }
});

interface AxeHolder {
  readonly axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
}

test('an answer over time is drawn above its table', async (context) => {
  const browser = await openBrowser(context);
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.log'), accessLog(5000));
  const sql = `select time_bucket('10 seconds', time) as at, count(*) as hits, sum(bytes) as bytes from logs group by 1`;
  const out = ['--split', '20KB', '--report', 'r.html', '--quiet', '-o', 'csv'];
  const { code } = await millrace(['query', sql, 'a.log', ...out], { cwd: folder });
  expect(code).toBe(0);
  const { page, noises } = await open(browser, join(folder, 'r.html'));
  await page.waitForSelector('#result-1-chart .uplot canvas');
  expect(await page.locator('#answer figcaption').allTextContents()).toEqual(['hits over at', 'bytes over at']);
  expect(noises).toEqual([]);
}, 60_000);

test('a report that cannot be written is told before the work starts', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.log'), accessLog(1));
  const args = ['query', 'select count(*) from logs', 'a.log', '--report', 'missing/r.html'];
  const { code, stderr, stdout } = await millrace(args, { cwd: folder });
  expect([code, stdout.toString()]).toEqual([2, '']);
  expect(stderr).toMatch(/^millrace: Cannot write a report to "missing\/r\.html": ENOENT/m);
});

test('a run that failed has a report too, with how far it came and why it ended', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.log'), `${accessLog(100)}broken\n`);
  const args = ['query', 'select count(*) from logs', 'a.log', '--strict', '--report', 'r.html', '--quiet'];
  const { code } = await millrace(args, { cwd: folder });
  expect(code).toBe(1);
  const page = readFileSync(join(folder, 'r.html'), 'utf8');
  expect(page).toContain('<span class="state bad">failed</span>');
  expect(page).toMatch(/Cannot use the record at a\.log:\d+: malformed record/);
});
