import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  type LinearSystemOptions,
  linearSystem,
  problem,
  SdeError,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const options: LinearSystemOptions = {
  A: [
    [0, 1, 0],
    [-1, -0.5, 0.25],
    [0.5, 0, -1],
  ],
  a: [0, 0.25, -0.5],
  B: [
    [
      [0.2, 0, 0],
      [0, -0.3, 0.1],
      [0, 0, 0],
    ],
    [
      [0, 0, 0.3],
      [0, 0, 0],
      [-0.3, 0, 0],
    ],
  ],
  b: [
    [0, 0.1],
    [0.2, 0],
    [0, 0],
  ],
};

describe('linearSystem', () => {
  it('writes A, a, B and b where they belong', () => {
    const model = linearSystem({ ...options, state: ['u', 'v', 'w'] });
    const x = Float64Array.of(1, 2, 4);
    const [drift, diffusion] = [new Float64Array(3), new Float64Array(6)];
    model.drift(0, x, drift);
    model.diffusion(0, x, diffusion);
    expect([...drift]).toEqual([2, -1 - 1 + 1 + 0.25, 0.5 - 4 - 0.5]);
    const expected = [0.2, 1.3, -0.6 + 0.4 + 0.2, 0, 0, -0.3];
    for (const [i, value] of diffusion.entries()) expect(Math.abs(value - expected[i])).toBeLessThan(8 * 2 ** -52);
    expect([model.state, model.noise.kind]).toEqual([['u', 'v', 'w'], 'general']);
    expect(linearSystem({ A: [[1]] }).noiseDimension).toBe(0);
    expect(linearSystem({ A: [[1]], b: [[1, 2]] }).noise.kind).toBe('additive');
  });

  it('has the moments that Euler–Maruyama tends to, enumerated exactly', () => {
    const model = linearSystem(options);
    const x0 = [1, -0.5, 0.25];
    const { mean, second } = model.exactMoments(1, x0);
    const scheme = withDriver(eulerMaruyama, 'two-point');
    const at = (steps: number, phi: string): number =>
      exactExpectation(discretize(problem({ model, x0, T: 1 }), scheme, steps), terminal(phi), { method: 'lift' });
    for (const [phi, exact] of [
      ['x2', mean[1]],
      ['x1*x3', second[2]],
      ['x2^2', second[4]],
    ] as const) {
      // The error is C₁h + C₂h² + C₃h³ + …; extrapolated over h, h/2, h/4 what remains is C₃h³/8, and doubling the steps once more divides it by 8.
      const extrapolated = (n: number): number => (at(n, phi) - 6 * at(2 * n, phi) + 8 * at(4 * n, phi)) / 3;
      const [coarse, fine] = [extrapolated(16), extrapolated(32)];
      expect(Math.abs(fine - exact)).toBeLessThan(Math.abs(coarse - fine) / 4);
      expect(Math.abs(fine - exact)).toBeLessThan(32 ** -3);
    }
  });

  it.each<readonly [string, object, string, RegExp]>([
    ['an A without rows', { A: [] }, 'shape', /no rows/],
    ['an A that is not square', { A: [[1, 2]] }, 'shape', /shape \(1, 1\)/],
    ['an a of another length', { a: [1] }, 'shape', /linearSystem\(\{ a \}\)/],
    ['a B_k of another shape', { B: [[[1]]], b: undefined }, 'shape', /B\[0\]/],
    ['a b of another number of columns', { b: [[1], [1], [1]] }, 'shape', /shape \(3, 2\)/],
    ['a row that is none', { A: [1, 2, 3] }, 'shape', /got: {6}1/],
    ['names that do not fit', { state: ['x'] }, 'shape', /state/],
    ['a name given twice', { state: ['x', 'x', 'y'] }, 'expression', /twice/],
    ['an entry that is no number', { a: [0, Number.NaN, 0] }, 'value', /finite/],
  ])('refuses %s', (_, change, code, message) => {
    const make = () => linearSystem({ ...options, ...change } as LinearSystemOptions);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(SdeError);
  });
});
