import { sinhSpaced, uniform } from 'kolmogorov';
import { type Model, model, type SymbolicModel, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { coefficientColumns } from '#kolmogorov/operators/coefficient-columns';
import { type Coefficients, evaluateCoefficients, zeroCoefficients } from '#kolmogorov/operators/coefficients';
import { constantFunction, scalarFunction } from '#kolmogorov/operators/scalar-function';

const plane = symbolic({
  state: ['x', 'y'],
  drift: ['a*y - x^3 + t', 'sin(x) - y'],
  diffusion: [
    ['1 + x^2/4', '0.2'],
    ['y/2', '0.5 + t'],
  ],
  parameters: { a: 1.5 },
});
const grid = tensorGrid([sinhSpaced(-1.5, 2, 9, { center: 0.2, width: 0.5 }), uniform(-1, 1.5, 7)], 2, 'test');
const fixed = Uint8Array.from({ length: grid.size }, (_, p) => (p % 5 === 0 ? 1 : 0));
const killing = scalarFunction('a*x^2 + cos(t)', plane, 'test');

const arraysOf = ({ drift, halfVariance, covariance, killing: c }: Coefficients) => [
  ...drift,
  ...halfVariance,
  ...covariance,
  c,
];

const byNode = (from: Model, t: number): Coefficients => {
  const out = zeroCoefficients(grid);
  evaluateCoefficients({ model: from, killing }, { grid, fixed }, t, out);
  return out;
};

describe('coefficients by columns', () => {
  test('are those of the nodes one by one, to the last bit', () => {
    const columns = coefficientColumns(plane, killing, grid, fixed);
    const out = columns.make();
    for (const t of [0, 0.3, 1]) {
      expect(columns.evaluate(t, out)).toBe(true);
      expect(columns.evaluate(t, out)).toBe(false);
      expect(arraysOf(out)).toEqual(arraysOf(byNode(plane, t)));
    }
  });

  test('of a Stratonovich model are those of its Itô form', () => {
    const stratonovich = symbolic({ ...inText(plane), calculus: 'stratonovich' });
    const columns = coefficientColumns(stratonovich, killing, grid, fixed);
    const out = columns.make();
    columns.evaluate(0.3, out);
    const expected = arraysOf(byNode(stratonovich, 0.3));
    arraysOf(out).forEach((array, i) => {
      // A dozen operations on numbers below 16.
      for (let p = 0; p < grid.size; p++) expect(Math.abs(array[p] - expected[i][p])).toBeLessThan(16 * 12 * 2 ** -53);
    });
  });

  test('share what does not depend on time', () => {
    const columns = coefficientColumns(plane, killing, grid, fixed);
    const [one, two] = [columns.make(), columns.make()];
    expect(one.halfVariance[0]).toBe(two.halfVariance[0]);
    expect(one.halfVariance[1]).not.toBe(two.halfVariance[1]);
    columns.evaluate(0, one);
    columns.evaluate(1, two);
    expect(arraysOf(one)).toEqual(arraysOf(byNode(plane, 0)));
    expect(arraysOf(two)).toEqual(arraysOf(byNode(plane, 1)));
  });

  test('of closures are evaluated node by node', () => {
    const { dimension, noiseDimension, drift, diffusion } = plane;
    const closures = model({ dimension, noiseDimension, drift, diffusion });
    const columns = coefficientColumns(closures, killing, grid, fixed);
    const out = columns.make();
    expect(columns.evaluate(0.3, out)).toBe(true);
    expect(arraysOf(out)).toEqual(arraysOf(byNode(plane, 0.3)));
  });

  test('name the node where they are not finite', () => {
    const pole = symbolic({ state: ['x', 'y'], drift: ['t/(y + 1)', 0], diffusion: [[1], [0]] });
    const columns = coefficientColumns(pole, constantFunction(0), grid, fixed);
    expect(() => columns.evaluate(1, columns.make())).toThrow(/t = 1, x = \(-1.5, -1\)/);
  });
});

/** The options that a model was made from. */
function inText({ state, parameters }: SymbolicModel) {
  return {
    state,
    parameters,
    drift: ['a*y - x^3 + t', 'sin(x) - y'],
    diffusion: [
      ['1 + x^2/4', '0.2'],
      ['y/2', '0.5 + t'],
    ],
  };
}
