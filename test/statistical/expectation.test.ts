import {
  discretize,
  type Estimate,
  exactExpectation,
  expectation,
  inline,
  key,
  platen,
  problem,
  symbolic,
  terminal,
  weakTaylor2,
  withDriver,
  workers,
} from 'sde-core';
import { afterAll, describe, expect, test } from 'vitest';

const gbm = symbolic({ state: ['x'], drift: ['0.4*x'], diffusion: [['0.3*x']] });
const ou = symbolic({ state: ['x'], drift: ['1 - x'], diffusion: [['0.4']] });
const one = workers({ threads: 1 });
const two = workers({ threads: 2 });
const here = inline();

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
});

describe('threads', () => {
  test('inline, one thread and two give the same bits', async () => {
    const chain = discretize(problem({ model: gbm, x0: [1], T: 1 }), platen, 6);
    const options = { paths: 50_001, key: key('threads'), antithetic: true };
    const run = (backend: typeof one): Promise<Estimate> =>
      expectation(chain, terminal('max(x - 1, 0)'), { ...options, backend });
    const [first, second, third] = [await run(here), await run(one), await run(two)];
    for (const other of [second, third]) {
      expect({ ...other, provenance: null }).toEqual({ ...first, provenance: null });
    }
  });

  test('a default backend is made for a traced program, and closed', async () => {
    const chain = discretize(problem({ model: gbm, x0: [1], T: 1 }), platen, 6);
    const estimate = await expectation(chain, terminal('x'), { paths: 5000, key: key(1) });
    expect(estimate.provenance).toMatchObject({ kind: 'sampled', backend: 'workers', determinism: 'bitwise' });
  });
});

describe('closed forms', () => {
  // The scheme's own bias, from its exact recursion or enumeration, is added to z standard errors.
  test.each([
    ['geometric Brownian motion', gbm, 'x^2', Math.exp(0.8 + 0.09)],
    ['Ornstein–Uhlenbeck', ou, 'x^2', (1 + Math.exp(-1)) ** 2 + 0.08 * (1 - Math.exp(-2))],
  ])('%s', async (_, model, phi, truth) => {
    const p = problem({ model, x0: [model === ou ? 2 : 1], T: 1 });
    const estimate = await expectation(discretize(p, weakTaylor2, 16), terminal(phi), {
      paths: 100_000,
      key: key('closed'),
      backend: here,
    });
    const bias = Math.abs(
      exactExpectation(discretize(p, withDriver(weakTaylor2, 'three-point'), 16), terminal(phi)) - truth,
    );
    // The test resolves its bias: it is below one standard error.
    expect(bias).toBeLessThan(estimate.standardError);
    expect(Math.abs(estimate.mean - truth)).toBeLessThan(4 * estimate.standardError + bias);
  });
});
