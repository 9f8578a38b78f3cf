import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationDetailed,
  platen,
  problem,
  ri1,
  symbolic,
  tamedEuler,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const linear = symbolic({
  state: ['x', 'y', 'z'],
  drift: ['-0.5 * x + 0.3 * y * t', '0.2 * x - 0.4 * y + 0.1', '0.3 * z - x'],
  diffusion: [
    ['0.3 * x', '0.2 * y'],
    ['0.1', '0.4 * z'],
    ['0.2 * z * cos(t)', '0'],
  ],
});
const on = (steps: number, scheme = withDriver(eulerMaruyama, 'two-point')) =>
  discretize(problem({ model: linear, x0: [0.7, -0.4, 1.1], T: 1 }), scheme, steps);

describe('the moment lift', () => {
  it.each(['x', 'y * z', '(x - 2*y)^2 / 3 - z + t', '5', 'x*x + exp(t)*y'])('agrees with the tree: %s', (phi) => {
    const chain = on(5);
    const tree = exactExpectation(chain, terminal(phi), { method: 'tree' });
    const lift = exactExpectationDetailed(chain, terminal(phi), { method: 'lift' });
    expect(lift).toMatchObject({ method: 'lift', size: 16, warnings: [] });
    expect(lift.error).toBeLessThan(1e-13);
    // A thousand leaves, and values near 1.
    expect(Math.abs(lift.value - tree)).toBeLessThan(1e-13);
  });

  it('goes where no tree can, and is taken without being asked for', () => {
    const got = exactExpectationDetailed(on(512), terminal('x * y'));
    expect(got.method).toBe('lift');
    // Weak order 1: halving h halves the error, and the differences of neighbors have the ratio 2.
    const [a, b, c] = [128, 256, 512].map((steps) => exactExpectation(on(steps), terminal('x * y')));
    expect((a - b) / (b - c)).toBeCloseTo(2, 1);
    const [d, e, f] = [16, 32, 64].map((steps) => exactExpectation(on(steps, ri1), terminal('x * y')));
    expect((d - e) / (e - f)).toBeGreaterThan(3.5);
    expect((d - e) / (e - f)).toBeLessThan(4.5);
  });

  const twoPoint = (drift: string, at: number, steps: number) => {
    const model = symbolic({ state: ['x'], drift, diffusion: '1' });
    return discretize(problem({ model, x0: [at], T: 1 }), withDriver(eulerMaruyama, 'two-point'), steps);
  };

  it('keeps its digits far from 0', () => {
    const walk = exactExpectationDetailed(twoPoint('0', 1e8, 10_000), terminal('(x-1e8)^2'), { method: 'lift' });
    expect(Math.abs(walk.value - 1)).toBeLessThan(1e-11);
    expect(walk.warnings).toEqual([]);
    for (const far of [0, 1, 1e3, 1e6]) {
      const chain = twoPoint(`-(x-${far})`, far, 5000);
      const got = exactExpectationDetailed(chain, terminal(`(x-${far})^2`), { method: 'lift' });
      const q = 1 - 1 / 5000;
      const exact = (1 - q ** 10_000) / (1 - q * q) / 5000;
      expect(Math.abs(got.value - exact)).toBeLessThan(1e-10);
      expect(got.warnings).toEqual([]);
    }
  });

  it('says what rounding may be, where φ itself cancels', () => {
    const got = exactExpectationDetailed(twoPoint('0', 1e8, 4), terminal('x^2 - 2e8*x + 1e16'), { method: 'lift' });
    expect(got.error).toBeGreaterThanOrEqual(Math.abs(got.value - 1));
    expect(got.warnings.map(({ kind }) => kind)).toEqual(['rounding']);
  });

  it('is refused where moments do not close or the formula is not there', () => {
    const refusal = /degree at most 2/;
    expect(() => exactExpectation(on(4), terminal('x^3'), { method: 'lift' })).toThrow(refusal);
    expect(() => exactExpectation(on(4), terminal('max(x, 0)'), { method: 'lift' })).toThrow(refusal);
    expect(() =>
      exactExpectation(
        on(4),
        terminal((x) => x[0]),
        { method: 'lift' },
      ),
    ).toThrow(refusal);
    const tamed = on(4, withDriver(tamedEuler, 'two-point'));
    expect(() => exactExpectation(tamed, terminal('x'), { method: 'lift' })).toThrow(refusal);
    const curved = symbolic({ state: ['x'], drift: '-x^3', diffusion: '0.3' });
    const chain = discretize(problem({ model: curved, x0: [0.5], T: 1 }), platen, 4);
    expect(() => exactExpectation(chain, terminal('x'), { method: 'lift' })).toThrow(refusal);
  });
});
