import {
  controlled,
  crankNicolson,
  implicitEuler,
  solveErgodicHJB,
  solveHJB,
  solveObstacle,
  transferOperator,
  uniform,
} from 'kolmogorov';
import { discretize, eulerMaruyama, problem, symbolic, withDriver } from 'sde-core';
import { expect, test } from 'vitest';

const kinds = ({ warnings }: { readonly warnings: readonly { readonly kind: string }[] }): string[] =>
  warnings.map(({ kind }) => kind);
const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
const line = [uniform(-4, 4, 81)];

test('iterations that are used up are a warning, with the equation that is left', () => {
  const quadratic = { model: steered, T: 1, terminal: 'x^2', running: 'a^2', controls: { a: { lower: -1, upper: 1 } } };
  const how = { grid: line, stepping: implicitEuler({ steps: 5 }) };
  const stalled = solveHJB(quadratic, { ...how, iterations: 1 });
  expect([stalled.kind, kinds(stalled)]).toEqual(['stalled', ['stalled']]);
  expect(stalled.warnings[0].residual).toBe(stalled.residual);
  expect(kinds(solveHJB(quadratic, how))).toEqual([]);
  const stock = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] });
  const put = { model: stock, T: 1, killing: 0.05, terminal: 'max(100 - x, 0)', obstacle: 'max(100 - x, 0)' };
  const grid = [uniform(0, 300, 301)];
  const short = solveObstacle(put, { grid, stepping: crankNicolson({ steps: 20 }), iterations: 1 });
  expect([short.kind, kinds(short)]).toEqual(['stalled', ['stalled']]);
  expect(kinds(solveObstacle(put, { grid, stepping: crankNicolson({ steps: 20 }) }))).toEqual([]);
});

test('a value without running cost that leaves the range of φ is said, where a side lets in what it does not know', () => {
  const how = { grid: line, stepping: implicitEuler({ steps: 20 }) };
  const solve = (terminal: string, more: object = {}) =>
    solveHJB({ model: steered, T: 1, terminal, controls: { a: [-1, 1] }, sense: 'maximize' }, { ...how, ...more });
  const open = solve('x^2');
  expect(kinds(open)).toEqual(['open-side']);
  expect(kinds(open.value)).toEqual(['open-side']);
  // (4 + 1)² + ¼ is what V is at the end of the axis: the warning is right to be there.
  expect(Math.abs(open.value.at(0, [4]) - 25.25)).toBeGreaterThan(1);
  expect(kinds(solve('x'))).toEqual([]);
  expect(kinds(solve('x^2', { boundary: { kind: 'reflecting' } }))).toEqual([]);
});

test('a long-run average whose law reaches sides that say nothing', () => {
  const cost = { model: steered, running: 'x^2 + a^2', controls: { a: { lower: -1, upper: 1 } } };
  expect(kinds(solveErgodicHJB(cost, { grid: [uniform(-1, 1, 41)] }))).toEqual(['mass-at-sides']);
  expect(kinds(solveErgodicHJB(cost, { grid: [uniform(-1, 1, 41)], boundary: { kind: 'reflecting' } }))).toEqual([]);
  expect(kinds(solveErgodicHJB(cost, { grid: [uniform(-4, 4, 161)] }))).toEqual([]);
});

test('a transfer operator says what left its grid', () => {
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
  const chain = discretize(problem({ model, x0: [1], T: 1 }), withDriver(eulerMaruyama, 'three-point'), 10);
  const [wide, narrow] = [uniform(-3, 3, 81), uniform(-1, 1, 21)].map((axis) => transferOperator(chain, [axis]));
  expect(kinds(wide.density([1]))).toEqual([]);
  expect(kinds(narrow.density([1]))).toEqual(['mass-at-sides']);
  expect(kinds(wide.expectation('x^2'))).toEqual([]);
  expect(kinds(narrow.expectation((x: Float64Array) => (x[0] > 0.123 ? 1 : 0)))).toContain('jump-between-nodes');
});
