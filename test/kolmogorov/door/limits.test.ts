import * as kolmogorov from 'kolmogorov';
import * as bridge from 'resnet-bridge';
import { key, symbolic } from 'sde-core';
import { expect, test } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
const network = bridge.residualNetwork({ dimension: 2, width: 2, depth: 2, readOut: 2, key: key('limits') });
const steered = kolmogorov.controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
const grid = [kolmogorov.uniform(-1, 1, 9)];
const space = { grid, stepping: kolmogorov.implicitEuler({ steps: 2 }) };
const listed = (values: kolmogorov.ControlValues) => () =>
  kolmogorov.solveHJB({ model: steered, T: 1, controls: { a: values } }, space);

test.each<[string, () => unknown]>([
  ['points of an axis', () => kolmogorov.uniform(0, 1, 1e9)],
  ['steps', () => kolmogorov.crankNicolson({ steps: 1e9 })],
  ['steps of TR-BDF2', () => kolmogorov.trBdf2({ steps: 1e9 })],
  [
    'steps of a stepping by hand',
    () =>
      kolmogorov.solveKolmogorov({ model, T: 1, terminal: 'x' }, { grid, stepping: { ...space.stepping, steps: 1e9 } }),
  ],
  ['values of a control', listed({ lower: 0, upper: 1, points: 1e9 })],
  ['values of a search', listed({ lower: 0, upper: 1, search: 1e9 })],
  ['iterations', () => kolmogorov.solveErgodicHJB({ model: steered, controls: { a: [0] } }, { grid, iterations: 1e9 })],
  ['parts of a cell', () => kolmogorov.solveKolmogorov({ model, T: 1, terminal: 'x' }, { ...space, averaging: 1e9 })],
  ['layers', () => bridge.refine(network, 1e9)],
  ['units', () => bridge.residualNetwork({ dimension: 2, width: 1e9, depth: 1, key: key(1) })],
  ['weights', () => bridge.residualNetwork({ dimension: 60000, width: 60000, depth: 1, key: key(1) })],
  ['classes', () => bridge.residualNetwork({ dimension: 2, width: 2, depth: 1, readOut: 1e9, key: key(1) })],
])('%s beyond what can be held are refused with the bound and a remedy', (_, call) => {
  const began = performance.now();
  expect(call).toThrow(/(at most |≤ |to )\d+[\s\S]*remedy: {3}\S/);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('a grid of more nodes than fit is refused before it is made', () => {
  const axis = kolmogorov.uniform(0, 1, 20_000);
  const plane = symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['1', '0'],
      ['0', '1'],
    ],
  });
  expect(() =>
    kolmogorov.solveKolmogorov({ model: plane, T: 1, terminal: 'x' }, { ...space, grid: [axis, axis] }),
  ).toThrow(/at most 134217728 nodes/);
});
