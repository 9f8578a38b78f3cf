// Loaded by vitest before each test file of the copy, when what the tests execute is recorded: precise coverage, read after every test.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import type { Executed, FileReach } from './reach.js';

const root = process.cwd();
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

const tests: Record<string, Executed> = {};
let outside: Executed = {};

afterAll(() => {
  outside = joined(outside, take());
  const file = (expect.getState().testPath ?? '').slice(root.length + 1);
  const reach: FileReach = { file, outside, tests };
  mkdirSync(join(root, 'out/reach'), { recursive: true });
  writeFileSync(join(root, 'out/reach', `${file.replaceAll('/', '+')}.json`), JSON.stringify(reach));
});
beforeEach(() => {
  outside = joined(outside, take());
});
afterEach(({ task }) => {
  tests[task.id] = joined(tests[task.id] ?? {}, take());
});

/** What was executed since the last time: per built file, pairs of start and end, disjoint and in order. */
function take(): Executed {
  const executed: Record<string, number[]> = {};
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error;
    for (const { url, functions } of result) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : url;
      if (!path.startsWith(root) || !/^\/packages\/[^/]+\/dist\//.test(path.slice(root.length))) continue;
      const pieces = executedPieces(functions);
      if (pieces.length > 0) executed[path.slice(root.length + 1)] = pieces;
    }
  });
  return executed;
}

/** The inmost range about a place says whether it was executed. */
function executedPieces(functions: readonly Profiler.FunctionCoverage[]): number[] {
  const ranges = functions.flatMap((f) => (f.ranges[0].count > 0 ? f.ranges : [])).filter(isPart);
  // Only whole functions that are not executed take away from what is around them, and they stand there as ranges of their own.
  const idle = functions.flatMap((f) => (f.ranges[0].count > 0 ? [] : [f.ranges[0]]));
  const all = [...ranges, ...idle].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const edges = [...new Set(all.flatMap((range) => [range.startOffset, range.endOffset]))].sort((a, b) => a - b);
  const pieces: number[] = [];
  const open: Profiler.CoverageRange[] = [];
  let next = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    while (open.length > 0 && open[open.length - 1].endOffset <= edges[i]) open.pop();
    while (next < all.length && all[next].startOffset <= edges[i]) open.push(all[next++]);
    if (!(open.length > 0 && open[open.length - 1].count > 0)) continue;
    if (pieces[pieces.length - 1] === edges[i]) pieces[pieces.length - 1] = edges[i + 1];
    else pieces.push(edges[i], edges[i + 1]);
  }
  return pieces;
}

function isPart(range: Profiler.CoverageRange): boolean {
  return range.endOffset > range.startOffset;
}

function joined(a: Executed, b: Executed): Executed {
  const all: Record<string, readonly number[]> = { ...a };
  for (const [path, pieces] of Object.entries(b)) all[path] = [...(all[path] ?? []), ...pieces];
  return all;
}
