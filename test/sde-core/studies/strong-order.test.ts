import {
  eulerMaruyama,
  key,
  milstein,
  milsteinGeneral,
  platen,
  problem,
  type Scheme,
  sra1,
  sriw1,
  strongOrder,
  symbolic,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const gbm = symbolic({ state: ['x'], drift: '0.3 * x', diffusion: '0.4 * x' });
const additive = symbolic({ state: ['x', 'y'], drift: ['y - x^3', 'x - y'], diffusion: [['0.5'], ['0.2 * t']] });
const on = (model: typeof gbm) => problem({ model, x0: model.state.map(() => 0.8), T: 1 });

describe('strongOrder', () => {
  const cases: readonly (readonly [Scheme<'coefficients'> | typeof milstein, typeof gbm, number])[] = [
    [eulerMaruyama, gbm, 0.5],
    [milstein, gbm, 1],
    [sriw1, gbm, 1.5],
    [sra1, additive, 1.5],
    // Additive noise is where Euler–Maruyama is Milstein.
    [eulerMaruyama, additive, 1],
  ];
  it.each(cases.map((c) => [c[0].name, c[2], c] as const))(
    'confirms %s of order %d',
    (name, order, [scheme, model]) => {
      const study = strongOrder({
        problem: on(model),
        scheme: scheme as Scheme<'jacobians'>,
        steps: [16, 32, 64, 128],
        paths: 1500,
        key: key(name),
        expected: order,
      });
      expect(study.fit.reason).not.toBe('');
      expect(study.verdict).toBe('confirmed');
      expect(study.levels.map(({ steps }) => steps)).toEqual([16, 32, 64, 128]);
    },
  );

  it('refutes an order that is too high, and never confirms it', () => {
    const study = strongOrder({
      problem: on(gbm),
      scheme: eulerMaruyama,
      steps: [16, 32, 64, 128],
      paths: 1500,
      key: key('too high'),
      expected: 1,
    });
    expect(study.verdict).toBe('refuted');
  });

  it('counts paths that are not finite, and does not decide with them', () => {
    const explosive = symbolic({ state: ['x'], drift: '-20 * x^3', diffusion: '1' });
    const from = (x0: number) => problem({ model: explosive, x0: [x0], T: 1 });
    const common = { scheme: eulerMaruyama, steps: [8, 16, 32], paths: 400, key: key(1) };
    const study = strongOrder({ problem: from(0.6), ...common });
    expect(study.levels[0].nonFinite).toBeGreaterThan(0);
    expect(study.levels[0].nonFinite).toBeLessThan(400);
    expect(study.verdict).toBe('inconclusive');
    expect(() => strongOrder({ problem: from(9), ...common })).toThrow(/diverge with 8 steps[\s\S]*tamedEuler/);
  });

  it('repeats itself, and not under another key', () => {
    const study = (seed: number) =>
      strongOrder({ problem: on(gbm), scheme: milstein, steps: [4, 8, 16], paths: 50, key: key(seed) });
    expect(study(1)).toEqual(study(1));
    expect(study(1).levels[0].error).not.toBe(study(2).levels[0].error);
  });

  it('refuses what has no path', () => {
    const measure = (scheme: Scheme<'coefficients'>, expected?: number) => () =>
      strongOrder({ problem: on(gbm), scheme, steps: [4, 8], paths: 10, key: key(1), expected });
    expect(measure(platen)).toThrow(/no strong order/);
    expect(measure(withDriver(eulerMaruyama, 'two-point'), 0.5)).toThrow(/no strong order/);
    const general = () =>
      strongOrder({ problem: on(gbm), scheme: milsteinGeneral(), steps: [4, 8], paths: 10, key: key(1) });
    expect(general).toThrow(/time integrals/);
  });
});
