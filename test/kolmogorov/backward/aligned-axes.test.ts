import { uniform } from 'kolmogorov';
import { expression, symbolic } from 'sde-core';
import { expect, test } from 'vitest';
import { alignedAxes } from '#kolmogorov/backward/aligned-axes';
import { breakingTimes, lociOfFormula, lociOfModel } from '#kolmogorov/operators/loci';

const loci = (text: string, state = ['x', 'y']) => lociOfFormula(expression(text, { state }));

test('loci of formulas: their kind, their axes, whether they move; parameters by value', () => {
  const [jump] = loci('x > 0.3 ? 1 : 0');
  expect([jump.kind, jump.axes, jump.moves, jump.inSpace]).toEqual(['jump', [0], false, true]);
  expect(jump.at(0, [0.3, 0])).toBe(0);
  const [moving] = loci('max(y - t, 0)');
  expect([moving.kind, moving.axes, moving.moves]).toEqual(['kink', [1], true]);
  expect(loci('x^2 + sin(y)')).toEqual([]);
  const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['x > k ? 2 : 1']], parameters: { k: 0.25 } });
  expect(lociOfModel(model).map(({ at }) => at(0, [0.25]))).toEqual([0]);
  expect(breakingTimes(loci('t < 0.37 ? 0 : 1'), 0, 1)).toEqual([0.37]);
});

test('axes move to have nodes on loci of one coordinate; what crosses or moves is missed', () => {
  const axes = [uniform(0, 1, 11), uniform(0, 1, 11)];
  const { axes: made, missed } = alignedAxes(axes, [...loci('x > 0.33 ? 1 : 0'), ...loci('max(x - y, 0)')], 2);
  expect(Array.from(made[0].points).some((x) => Math.abs(x - 0.33) < 1e-12)).toBe(true);
  expect(made[0].points.length).toBe(11);
  expect(made[1]).toBe(axes[1]);
  expect(missed.map(({ axes: crossed }) => crossed)).toEqual([[0, 1]]);
});
