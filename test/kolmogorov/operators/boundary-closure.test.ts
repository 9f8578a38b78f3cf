import { type BoundaryInput, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { nodeAt, tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { boundaryClosure } from '#kolmogorov/operators/boundary-closure';

const model = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['1']] });
const grid = tensorGrid([uniform(0, 1, 4), uniform(0, 2, 5)], 2, 'test');
const closed = (boundary: BoundaryInput) => boundaryClosure(grid, sidesOf(boundary, grid, model, 'test'));
const place = (p: number): Float64Array => {
  const x = new Float64Array(2);
  nodeAt(grid, p, x);
  return x;
};
const all = Array.from({ length: grid.size }, (_, p) => p);

describe('a boundary closure', () => {
  test('gives nothing where no value is given', () => {
    const { fixed, given } = closed({ kind: 'reflecting' });
    expect(fixed.some((value) => value !== 0)).toBe(false);
    expect(given).toEqual([]);
  });

  test('gives the values of all sides, the earlier axis first where two meet', () => {
    const { fixed, fix } = closed([
      { lower: { kind: 'dirichlet', value: 't + y' }, upper: { kind: 'reflecting' } },
      { lower: { kind: 'reflecting' }, upper: { kind: 'dirichlet', value: '10*x' } },
    ]);
    const u = new Float64Array(grid.size).fill(Number.NaN);
    fix(3, u);
    for (const p of all) {
      const [x, y] = place(p);
      const expected = x === 0 ? 3 + y : y === 2 ? 10 * x : Number.NaN;
      expect(u[p]).toBe(expected);
      expect(fixed[p]).toBe(Number.isNaN(expected) ? 0 : 1);
    }
  });

  test.each<[string, BoundaryInput]>([
    ['absorbing', { kind: 'absorbing' }],
    [
      'periodic one way, absorbing the other',
      [
        { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
        { lower: { kind: 'absorbing' }, upper: { kind: 'reflecting' } },
      ],
    ],
    ['periodic', { kind: 'periodic' }],
  ])('has the transpose of what it does to values: %s', (_, boundary) => {
    const { fix, fixTransposed, fixed, copies } = closed(boundary);
    // Small integers: every sum is exact.
    const u = Float64Array.from(all, (p) => ((p * 7) % 11) - 5);
    const rho = Float64Array.from(all, (p) => ((p * 5) % 13) - 6);
    const [fixedU, fixedRho] = [u.slice(), rho.slice()];
    fix(0, fixedU);
    fixTransposed(fixedRho);
    const pairing = (a: Float64Array, b: Float64Array): number => all.reduce((sum, p) => sum + a[p] * b[p], 0);
    expect(pairing(fixedU, rho)).toBe(pairing(u, fixedRho));
    for (const p of all) if (copies[p]) expect(fixed[p]).toBe(1);
    for (const p of all) if (fixed[p]) expect(fixedRho[p]).toBe(0);
  });
});
