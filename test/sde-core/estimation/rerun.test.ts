import {
  barrier,
  discretize,
  eulerMaruyama,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  multilevel,
  problem,
  quasiExpectation,
  rerun,
  SdeError,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const on = problem({ model: geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [1], T: 1 });
const call = terminal('max(x - k, 0)', { parameters: { k: 1 } });
const backend = inline();
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('rerun of a quasi-expectation', () => {
  const chain = discretize(on, eulerMaruyama, 4);

  test('gives every bit again after a way through JSON', async () => {
    const once = await quasiExpectation(chain, call, { points: 64, randomizations: 4, key: key('quasi') });
    expect(await rerun(json(once.provenance), chain)).toEqual(once);
  });

  test('refuses another chain, and asks for closures', async () => {
    const { provenance } = await quasiExpectation(chain, call, { points: 8, key: key(1) });
    await expect(rerun(provenance, discretize(on, milstein, 4))).rejects.toThrow('another program');
    const phi = terminal(([x]) => x, { name: 'end' });
    const closed = await quasiExpectation(chain, phi, { points: 8, key: key(1) });
    await expect(rerun(closed.provenance, chain)).rejects.toThrow('closure');
    expect(await rerun(closed.provenance, chain, { functional: phi })).toEqual(closed);
  });
});

describe('rerun of a multilevel estimate', () => {
  test('gives every bit again after a way through JSON, with options that are not the default ones', async () => {
    const options = { tolerance: 0.01, key: key('levels'), firstPaths: 256, steps: 2, confidence: 0.9, backend };
    const once = await multilevel(on, milstein, call, options);
    expect(await rerun(json(once.provenance), { problem: on, scheme: milstein }, { backend })).toEqual(once);
  });

  test('also one that stalled, and one of the path', async () => {
    const stalled = await multilevel(on, eulerMaruyama, call, {
      tolerance: 0.001,
      key: key('stalled'),
      firstPaths: 64,
      maxCost: 5000,
      backend,
    });
    expect(stalled.kind).toBe('stalled');
    expect(await rerun(json(stalled.provenance), { problem: on, scheme: eulerMaruyama }, { backend })).toEqual(stalled);

    const observe = { alive: barrier('x - 0.8') };
    const source = { problem: on, scheme: eulerMaruyama, observe };
    const once = await multilevel(on, eulerMaruyama, terminal('alive*x'), {
      tolerance: 0.03,
      key: key('path'),
      firstPaths: 256,
      observe,
      backend,
    });
    expect(once.provenance.observed).toEqual({ alive: { kind: 'barrier', text: 'x - 0.8' } });
    expect(await rerun(json(once.provenance), source, { backend })).toEqual(once);
    const other = { ...source, observe: { alive: barrier('x - 0.7') } };
    await expect(rerun(once.provenance, other, { backend })).rejects.toThrow(SdeError);
    await expect(rerun(once.provenance, other, { backend })).rejects.toThrow('another program');
  });
});
