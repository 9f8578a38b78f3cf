import {
  barrier,
  clarkCameron,
  eulerMaruyama,
  geometricBrownianMotion,
  inline,
  key,
  langevin,
  milstein,
  multilevel,
  problem,
  rerun,
  supremum,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const run = (k: number, tolerance: number) => ({ tolerance, key: key(k), backend: inline(), maxCost: 2 ** 22 });
const brownian = symbolic({ state: ['x'], drift: '0', diffusion: '1' });

describe('a multilevel bias that coarse levels do not show', () => {
  it('is seen for barriers with Milstein', async () => {
    const model = geometricBrownianMotion({ mu: 0.05, sigma: 0.2 });
    // P(min GBM > 0.9 on [0, 1]) by reflection.
    const truth = 0.4491956;
    let missed = 0;
    for (let k = 0; k < 20; k++) {
      const options = { ...run(k, 0.02), observe: { a: barrier('x - 0.9') } };
      const { interval, levels, kind } = await multilevel(
        problem({ model, x0: [1], T: 1 }),
        milstein,
        terminal('a'),
        options,
      );
      expect(kind).toBe('converged');
      expect(levels.length).toBeGreaterThanOrEqual(5);
      if (truth < interval.low || truth > interval.high) missed++;
    }
    expect(missed).toBeLessThanOrEqual(2);
  });

  it('is found where all grids alias the drift', async () => {
    for (const periods of [8, 32, 64]) {
      const model = symbolic({ state: ['x'], drift: `(sin(${periods}*pi*t))^2`, diffusion: '0.1' });
      const { interval, kind } = await multilevel(
        problem({ model, x0: [0], T: 1 }),
        eulerMaruyama,
        terminal('x'),
        run(5, 0.02),
      );
      expect(kind).toBe(periods === 8 ? 'converged' : 'stalled');
      expect(interval.low).toBeLessThan(0.5);
      expect(interval.high).toBeGreaterThan(0.5);
    }
  });

  it('is found where corrections vanish, but not to the right law', async () => {
    const observe = {
      a: supremum('x', { monitoring: 'continuous' }),
      b: supremum('-x', { monitoring: 'continuous' }),
    } as const;
    const options = { ...run(5, 0.05), observe };
    const estimate = await multilevel(
      problem({ model: brownian, x0: [0], T: 1 }),
      eulerMaruyama,
      terminal('(a + b)^2'),
      options,
    );
    const truth = 4 * Math.LN2;
    expect(estimate.kind).toBe('stalled');
    expect(estimate.interval.low).toBeLessThan(truth);
    expect(estimate.interval.high).toBeGreaterThan(truth);
  });

  it('is not invented where there is none', async () => {
    for (let k = 0; k < 5; k++) {
      const { kind } = await multilevel(
        problem({ model: brownian, x0: [0], T: 1 }),
        eulerMaruyama,
        terminal('x^2'),
        run(k, 0.1),
      );
      expect(kind).toBe('converged');
    }
  });
});

describe('a coarsest level on which the functional has no noise', () => {
  const area = symbolic({ state: ['x', 'I'], drift: ['-x', 'x'], diffusion: [['1'], ['0']] });
  const still = symbolic({ state: ['x'], drift: '1 - x', diffusion: 'x' });
  const damped = langevin({ stiffness: 1, friction: 1, temperature: 1 });
  for (const [name, model, x0, phi, truth] of [
    ['an area', area, [0, 0], 'I^2', 1 - 2 * (1 - Math.exp(-1)) + (1 - Math.exp(-2)) / 2],
    ['no noise at the start', still, [0], 'x^2', 2 * (1 - 2 / Math.E)],
    ['Langevin', damped, [1, 0], 'q^2', damped.exactMoments(1, [1, 0]).second[0]],
    ['Clark and Cameron', clarkCameron(), [0, 0], 'y^2', 0.5],
  ] as const) {
    it(`is taken with more steps: ${name}`, async () => {
      const equation = problem({ model, x0: [...x0], T: 1 });
      const functional = terminal(phi.replace('y', clarkCameron().state[1]));
      const estimate = await multilevel(equation, eulerMaruyama, functional, run(5, 0.03));
      expect(estimate.kind).toBe('converged');
      expect(estimate.interval.low).toBeLessThan(truth);
      expect(estimate.interval.high).toBeGreaterThan(truth);
      expect(estimate.provenance.options.steps).toBe(2);
      const again = await rerun(
        estimate.provenance,
        { problem: equation, scheme: eulerMaruyama },
        { backend: inline() },
      );
      expect(again.mean).toBe(estimate.mean);
    });
  }
});

it('says of squares that overflow that they do', async () => {
  const model = geometricBrownianMotion({ mu: 0.05, sigma: 0.2 });
  const estimate = await multilevel(problem({ model, x0: [1e200], T: 1 }), milstein, terminal('x'), run(1, 1e198));
  expect(estimate.kind === 'stalled' && estimate.reason).toMatch(/no floating-point number/);
  expect(new Set(estimate.warnings.map(({ kind }) => kind))).toEqual(new Set(['out-of-scale']));
});
