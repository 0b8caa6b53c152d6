/** From heap profiles to the functions that keep memory: whose they are, what their callees count for, which life stands. */
import { expect, test } from 'vitest';
import { topRetainers } from '../../src/coordinator/retainers.ts';

interface Node {
  readonly callFrame: object;
  readonly selfSize: number;
  readonly children: readonly Node[];
}

const mine = 'file:///jobs/mine.mjs';
const library = 'file:///jobs/node_modules/lib/index.js';
const engine = 'file:///opt/millrace/dist/workers/scan-worker.js';

function node(name: string, url: string, line: number, selfSize: number, children: readonly Node[] = []): Node {
  const callFrame = { functionName: name, scriptId: '1', url, lineNumber: line - 1, columnNumber: 0 };
  return { callFrame, selfSize, children };
}

function profile(worker: number, life: number, ...children: readonly Node[]) {
  return { worker, life, text: JSON.stringify({ head: node('(root)', '', 0, 0, children), samples: [] }) };
}

const most = { yours: 10, others: 10 };

test('what an engine frame allocates counts for the function in a file that called it', () => {
  const called = node('call', mine, 7, 100, [node('set', '', 1, 300), node('push', 'node:internal/x', 1, 40)]);
  expect(topRetainers([profile(0, 1, called)], [mine], most)).toEqual([
    { name: 'call', url: mine, line: 7, isYours: true, bytes: 440, share: 1, worker: 0, life: 1 },
  ]);
});

test('a library below a function of the user is theirs, the same library elsewhere is not', () => {
  const used = node('parse', library, 3, 500);
  const tree = [node('scan', engine, 9, 0, [node('call', mine, 7, 10, [used]), used])];
  const found = topRetainers([profile(0, 1, ...tree)], [mine], most);
  expect(found.map(({ name, isYours, bytes }) => [name, isYours, bytes])).toEqual([
    ['parse', true, 500],
    ['call', true, 10],
    ['parse', false, 500],
  ]);
});

test('of many lives the one in which a function kept most stands for it, with its share there', () => {
  const lives = [
    profile(0, 1, node('call', mine, 7, 100), node('scan', engine, 9, 300)),
    profile(1, 4, node('call', mine, 7, 250), node('scan', engine, 9, 250)),
    profile(0, 2, node('call', mine, 7, 90)),
  ];
  const [first] = topRetainers(lives, [mine], most);
  expect(first).toMatchObject({ name: 'call', bytes: 250, share: 0.5, worker: 1, life: 4 });
});

test('names what has no name, and cuts each list by itself', () => {
  const frames = [node('', mine, 1, 5), node('', mine, 30, 4), node('a', mine, 40, 3), node('scan', engine, 9, 900)];
  const found = topRetainers([profile(0, 1, ...frames)], [mine], { yours: 2, others: 1 });
  expect(found.map(({ name, line }) => [name, line])).toEqual([
    ['(module)', 1],
    ['(anonymous)', 30],
    ['scan', 9],
  ]);
});

test('nothing sampled is nothing kept', () => {
  expect(topRetainers([profile(0, 1)], [mine], most)).toEqual([]);
  expect(topRetainers([], [mine], most)).toEqual([]);
});
