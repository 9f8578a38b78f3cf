import {
  type Backend,
  discretize,
  eulerMaruyama,
  expectation,
  fold,
  inline,
  type Key,
  key,
  problem,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const chain = discretize(
  problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [0], T: 1 }),
  eulerMaruyama,
  2,
);

describe('a control variate', () => {
  test('its coefficient comes from other paths than the estimate: the pilot has a key of its own', async () => {
    const inner = inline();
    const keys: Key[] = [];
    const backend: Backend = {
      ...inner,
      run(prepared, work, signal) {
        keys.push(work.key);
        return inner.run(prepared, work, signal);
      },
    };
    const given = key('main');
    await expectation(chain, terminal('exp(x)'), {
      paths: 64,
      key: given,
      control: { functional: terminal('x'), mean: 0 },
      backend,
    });
    // The moments of φ, of ψ and of their combination, then the estimate.
    const pilot = fold(given, 'pilot');
    expect(keys.slice(0, 3)).toEqual([pilot, pilot, pilot]);
    expect(keys.length).toBeGreaterThan(3);
    for (const used of keys.slice(3)) expect(used).toEqual(given);
  });

  test('a functional that is its own control, but for a factor, is known: no variance is left', async () => {
    const { mean, standardError } = await expectation(chain, terminal('3 - 2*x'), {
      paths: 64,
      key: key(1),
      control: { functional: terminal('x'), mean: 0 },
      backend: inline(),
    });
    // φ − 2 (x − x): the regression's −2 is found to rounding times the sum over a block.
    expect(Math.abs(mean - 3)).toBeLessThan(1e-12);
    expect(standardError).toBeLessThan(1e-12);
  });
});
