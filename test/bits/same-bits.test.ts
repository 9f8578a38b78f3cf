import { join } from 'node:path';
import * as kolmogorov from 'kolmogorov';
import * as bridge from 'resnet-bridge';
import * as plots from 'sde-plots';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-file.js';
import * as sde from '../whole-sde-core.js';
import { LEFT_OUT } from './left-out.js';
import { binaryOf, builtJob, linesOn, VERSIONS } from './other-node.js';

const COMMITTED = join(ROOT, 'test/bits/same-bits.txt');
const job = builtJob('bits/print-lines.ts');

let here = '';
beforeAll(async () => {
  here = await linesOn(process.execPath, job);
});

// A change of the numbers that is meant: `npm run bits -- -u`.
describe('every result has the committed bits', () => {
  it(`on this Node, ${process.version}`, async () => {
    await expect(here).toMatchFileSnapshot(COMMITTED);
  });

  for (const version of VERSIONS.filter((each) => each !== process.versions.node)) {
    it(`on Node ${version}`, async ({ skip }) => {
      const binary = await binaryOf(version);
      if ('absent' in binary) return skip(binary.absent);
      await expect(await linesOn(binary.path, job)).toMatchFileSnapshot(COMMITTED);
    });
  }
});

describe('no result is left out', () => {
  const words = (): Set<string> => new Set(here.match(/\w+/g));
  const leftOut = Object.values(LEFT_OUT).flat();
  const exported = [sde, kolmogorov, bridge, plots].flatMap((of) => Object.entries<unknown>({ ...of }));

  it('every function of every package, and every scheme, has a line or a reason', () => {
    const registered = new Set<unknown>([...sde.schemes, ...sde.schemesForOneEquation]);
    const missing = exported.filter(
      ([name, value]) => !words().has(name) && !leftOut.includes(name) && !registered.has(value),
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('no reason is for what has a line, or is not there', () => {
    const names = exported.map(([name]) => name);
    expect(leftOut.filter((name) => words().has(name) || !names.includes(name))).toEqual([]);
  });
});
