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
    expect(lift).toMatchObject({ method: 'lift', error: 0, size: 16 });
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
