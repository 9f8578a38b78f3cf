import {
  type BoundaryInput,
  controlled,
  type DriftDifference,
  generatorMatrix,
  implicitEuler,
  sinhSpaced,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { discrete } from '#kolmogorov/backward/discretization';
import { averagedEquation } from '#kolmogorov/feedback/averaged-equation';
import { controlledEquation } from '#kolmogorov/feedback/controlled-equation';
import { hamiltonianValue, nodeHamiltonian } from '#kolmogorov/feedback/node-hamiltonian';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { differenceMatrices } from '#kolmogorov/operators/difference-matrices';
import { diffusionRule } from '#kolmogorov/operators/diffusion';
import { nodeRows } from '#kolmogorov/operators/node-rows';

/** A model whose control is frozen at 0.7 on both ways to its matrix. */
const frozen = {
  state: ['x', 'y'],
  drift: ['a - 3*x*y', 'sin(x) - 40*a*y'],
  diffusion: [
    ['0.3 + a*x^2', '0.2*y'],
    ['0', '0.4*a + 0.1'],
  ],
};
const axes = [uniform(-1, 1, 7), sinhSpaced(-1, 2, 9, { center: 0, width: 0.5 })];
const sides: Record<string, BoundaryInput> = {
  'vanishing curvature': { kind: 'vanishing-curvature' },
  reflecting: { kind: 'reflecting' },
  dirichlet: { kind: 'dirichlet', value: 'x + y' },
  'neumann in time': { kind: 'neumann', slope: 'x - y + t' },
  robin: { kind: 'robin', weight: 1, slopeWeight: -2, value: 'x*y' },
  'periodic and absorbing': [
    { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
    { lower: { kind: 'absorbing' }, upper: { kind: 'neumann', slope: 1 } },
  ],
};
const rules: DriftDifference[] = ['central', 'upwind', 'hybrid', 'exponential'];

describe('nodeHamiltonian', () => {
  const cases = Object.keys(sides).flatMap((side) => rules.map((drift) => [side, drift] as const));
  test.each(cases)('has the rows of the generator: %s, %s', (side, drift) => {
    const where = 'test';
    const model = controlled({ ...frozen, control: ['a'] });
    const grid = tensorGrid(axes, 2, where);
    const equation = controlledEquation(model, { killing: 'a*x^2', running: 'a + x*y' }, where);
    const given = sidesOf(sides[side], grid, model.model, where);
    const differences = differenceMatrices(grid, given, drift, [0, 1]);
    const rows = nodeRows(grid, given, diffusionRule('central', 2, where), differences);
    const hamiltonian = nodeHamiltonian(averagedEquation(equation, grid, [false, false]), differences, rows);
    const policy = new Float64Array(grid.size).fill(0.7);
    const { matrix, forcing } = hamiltonian.assemble(0.5, policy);
    const plain = symbolic({ ...frozen, parameters: { a: 0.7 } });
    const discretization = { grid: axes, boundary: sides[side], drift, stepping: implicitEuler({ steps: 1 }) };
    const reference = generatorMatrix({ model: plain, T: 1, killing: '0.7*x^2' }, discretization, 0.5);
    const dense = ({ rowStart, column, value }: typeof matrix): Float64Array => {
      const out = new Float64Array(grid.size ** 2);
      for (let p = 0; p < grid.size; p++) {
        for (let e = rowStart[p]; e < rowStart[p + 1]; e++) out[p * grid.size + column[e]] = value[e];
      }
      return out;
    };
    const [found, known] = [dense(matrix), dense(reference)];
    // Sums of fewer than ten products: ten roundings of the largest.
    const size = known.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    found.forEach((value, place) => {
      expect(Math.abs(value - known[place])).toBeLessThan(10 * Number.EPSILON * size);
    });
    // The forcing too, but for given nodes, which no step reads.
    const { generator } = discrete(
      { model: plain, T: 1, killing: '0.7*x^2', source: '0.7 + x*y' },
      discretization,
      where,
    );
    const brought = new Float64Array(grid.size);
    generator.at(0.5, 0).addForcing(1, brought);
    forcing.forEach((value, p) => {
      // Relative to a slope of 2 times the drift and the diffusion over Δx, below 1000.
      if (!generator.fixed[p]) expect(Math.abs(value - brought[p])).toBeLessThan(1e4 * Number.EPSILON);
    });
    // And node by node the value that the rows give.
    const u = Float64Array.from({ length: grid.size }, (_, p) => Math.sin(p * p));
    const seen = hamiltonian.of(0.5, u);
    const value = hamiltonianValue(2);
    for (let p = 0; p < grid.size; p++) {
      if (matrix.rowStart[p] === matrix.rowStart[p + 1]) continue;
      let sum = forcing[p];
      for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) sum += matrix.value[e] * u[matrix.column[e]];
      const own = seen.evaluate(p, Float64Array.of(0.7), value);
      expect(Math.abs(own - sum)).toBeLessThan(20 * Number.EPSILON * value.scale);
    }
  });
});
