/** Debian's Chromium, driven by playwright-core: tests that need a browser skip with a message where it is missing. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished, type TestContext } from 'vitest';
import { debianTool } from './debian-tool.ts';

/** A browser for one test, closed with it. It asks for nothing by itself. */
export async function openBrowser(context: TestContext): Promise<Browser> {
  const executablePath = debianTool(context, 'chromium');
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  const browser = await chromium.launch({
    executablePath,
    args: [...quiet, '--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

/** Where screenshots are left for people to look at; not part of the repository. */
export function artefactFolder(): string {
  const folder = fileURLToPath(new URL('../artefacts/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
