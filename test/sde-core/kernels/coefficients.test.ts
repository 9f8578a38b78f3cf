import { generator, symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { numericCoefficients } from '#sde-core/kernels/coefficients';
import { coefficientNodes, symbolicCoefficients } from '#sde-core/kernels/symbolic-coefficients';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['a*x*y + t', 'sin(x)'],
  diffusion: [
    ['x*t', 'y^2'],
    ['1 + x', 'a*y'],
  ],
  parameters: { a: 2 },
});
const t = 0.7;
const x = [0.4, -1.3];
const written = symbolicCoefficients(coefficientNodes(model), numbers);
const values = (name: string, expected: readonly number[], got: readonly number[]): void => {
  // A dozen operations on values below 8, in another order.
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${name}[${i}]`).toBeLessThan(12 * 8 * Number.EPSILON);
  });
  expect(got.length).toBe(expected.length);
};

describe('symbolicCoefficients', () => {
  it('has b and the columns of σ', () => {
    values('b', [2 * 0.4 * -1.3 + 0.7, Math.sin(0.4)], written.drift(t, x));
    expect(written.diffusion(t, x)).toEqual([
      [0.4 * 0.7, 1.4],
      [(-1.3) ** 2, 2 * -1.3],
    ]);
  });

  it('has L^j b^k = Σ_l σ_lj ∂_l b^k and L^j b', () => {
    const [u, v] = x;
    const columns = written.diffusion(t, x);
    const along = written.diffusionAlongNoise(t, x);
    const driftAlong = written.driftAlongNoise(t, x);
    columns.forEach(([p, q], j) => {
      values('L^j b^0', [p * t, p], along[j][0]);
      values('L^j b^1', [q * 2 * v, 2 * q], along[j][1]);
      values('L^j b', [2 * (p * v + q * u), p * Math.cos(u)], driftAlong[j]);
    });
  });

  it('has L⁰ of every coefficient, the generator plus ∂_t', () => {
    const L = generator(model);
    const applied = (formula: string): number => L(formula).evaluate(t, Float64Array.from(x));
    // ∂_t of the coefficients, by hand, where the generator acts at a fixed time.
    const inTime = applied('t') === 0 ? { b: [1, 0], s0: [x[0], 0] } : { b: [0, 0], s0: [0, 0] };
    const plus = (formulas: string[], rates: number[]): number[] => formulas.map((f, i) => applied(f) + rates[i]);
    values('L0 b', plus(['2*x*y + t', 'sin(x)'], inTime.b), written.generatorOfDrift(t, x));
    const columns = written.generatorOfDiffusion(t, x);
    values('L0 b^0', plus(['x*t', '1 + x'], inTime.s0), columns[0]);
    values('L0 b^1', plus(['y^2', '2*y'], [0, 0]), columns[1]);
  });
});

describe('numericCoefficients', () => {
  const numeric = numericCoefficients(model, numbers);

  it('agrees with the symbolic ones', () => {
    values('b', written.drift(t, x), numeric.drift?.(t, x) ?? []);
    numeric.diffusion?.(t, x).forEach((column, k) => {
      values('b^k', written.diffusion(t, x)[k], column);
    });
    numeric.diffusionAlongNoise?.(t, x).forEach((row, j) => {
      row.forEach((vector, k) => {
        values('L^j b^k', written.diffusionAlongNoise(t, x)[j][k], vector);
      });
    });
  });

  it('has no derivatives where the model has none', () => {
    const { diffusionJacobian: _, ...bare } = model;
    expect(numericCoefficients(bare, numbers).diffusionAlongNoise).toBeUndefined();
  });
});
