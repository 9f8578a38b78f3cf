import {
  type Axis,
  type BoundaryInput,
  controlled,
  type DriftDifference,
  implicitEuler,
  pointsOf,
  sinhSpaced,
  uniform,
} from 'kolmogorov';
import { type Model, model } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { discrete } from '#kolmogorov/backward/discretization';
import { averagedEquation } from '#kolmogorov/feedback/averaged-equation';
import { controlledEquation } from '#kolmogorov/feedback/controlled-equation';
import { hamiltonianValue, nodeHamiltonian } from '#kolmogorov/feedback/node-hamiltonian';
import { type Grid, nodeAt, tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { differenceMatrices } from '#kolmogorov/operators/difference-matrices';
import { diffusionRule } from '#kolmogorov/operators/diffusion';
import { cutToSides, isDominant } from '#kolmogorov/operators/dominance';
import { neighborhood } from '#kolmogorov/operators/neighborhood';
import { nodeRows } from '#kolmogorov/operators/node-rows';
import { type SparseMatrix, sparseMatrix } from '#kolmogorov/operators/sparse-matrix';
import { numbers } from '../linear/matrices.js';

/** A control that turns σ of rank one and one that adds to it, as text and as a closure of (x, a), written twice. */
interface Case {
  readonly axes: readonly Axis[];
  readonly drift: string[];
  readonly diffusion: string[][];
  readonly driftAt: (x: Float64Array, a: Float64Array) => number[];
  /** Shape (d, 2). */
  readonly diffusionAt: (x: Float64Array, a: Float64Array) => number[];
}

const uneven = sinhSpaced(-1, 2, 11, { center: 0, width: 0.5 });
const own = pointsOf([-1, -0.8, -0.5, -0.3, 0, 0.3, 0.7, 1]);
const CASES: Record<string, Case> = {
  'in the plane': {
    axes: [uniform(-1, 1, 12), uneven],
    drift: ['a - 3*x*y', 'sin(x) - 40*a*y'],
    diffusion: [
      ['cos(3*a) + 0.2*x', '0.4*b'],
      ['sin(3*a)', '0'],
    ],
    driftAt: ([x, y], [a]) => [a - 3 * x * y, Math.sin(x) - 40 * a * y],
    diffusionAt: ([x], [a, b]) => [Math.cos(3 * a) + 0.2 * x, 0.4 * b, Math.sin(3 * a), 0],
  },
  'in space': {
    axes: [own, uniform(-1, 1, 7), uniform(0, 1, 6)],
    drift: ['a', '-y*b', '5*x'],
    diffusion: [
      ['cos(3*a)', '0'],
      ['sin(3*a)', '0.3*b'],
      ['a*b + 0.5', '0.3 + y'],
    ],
    driftAt: ([x, y], [a, b]) => [a, -y * b, 5 * x],
    diffusionAt: ([, y], [a, b]) => [Math.cos(3 * a), 0, Math.sin(3 * a), 0.3 * b, a * b + 0.5, 0.3 + y],
  },
};
const SIDES: Record<string, (dimension: number) => BoundaryInput> = {
  'vanishing curvature': () => ({ kind: 'vanishing-curvature' }),
  reflecting: () => ({ kind: 'reflecting' }),
  dirichlet: () => ({ kind: 'dirichlet', value: 'x + y' }),
  'neumann in time': () => ({ kind: 'neumann', slope: 'x - y + t' }),
  robin: () => ({ kind: 'robin', weight: 1, slopeWeight: -2, value: 'x*y' }),
  mixed: (d) => [
    { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
    { lower: { kind: 'absorbing' }, upper: { kind: 'neumann', slope: 1 } },
    ...(d === 3 ? [{ lower: { kind: 'reflecting' }, upper: { kind: 'vanishing-curvature' } } as const] : []),
  ],
};
const RULES: DriftDifference[] = ['hybrid', 'upwind', 'central', 'exponential'];

/** The model under one control vector a node. */
const closedLoop = ({ driftAt, diffusionAt }: Case, grid: Grid, policy: Float64Array): Model => {
  const controls = (x: Float64Array): Float64Array => {
    const p = grid.axes.reduce((sum, { points }, k) => sum + points.indexOf(x[k]) * grid.strides[k], 0);
    return policy.subarray(2 * p, 2 * p + 2);
  };
  return model({
    dimension: grid.dimension,
    noiseDimension: 2,
    autonomous: true,
    drift: (_, x, out) => out.set(driftAt(x, controls(x))),
    diffusion: (_, x, out) => out.set(diffusionAt(x, controls(x))),
  });
};

const dense = ({ size, rowStart, column, value }: SparseMatrix, p: number): Float64Array => {
  const out = new Float64Array(size);
  for (let e = rowStart[p]; e < rowStart[p + 1]; e++) out[column[e]] = value[e];
  return out;
};

describe.each(Object.keys(CASES))('rows for chosen covariances, %s', (name) => {
  const given = CASES[name];
  const d = given.axes.length;
  const grid = tensorGrid(given.axes, d, 'test');
  const names = ['x', 'y', 'z'].slice(0, d);
  const plant = controlled({ state: names, control: ['a', 'b'], drift: given.drift, diffusion: given.diffusion });
  const equation = controlledEquation(plant, { killing: 'a^2', running: 'b' }, 'test');
  const made = (side: string, drift: DriftDifference) => {
    const sides = sidesOf(SIDES[side](d), grid, plant.model, 'test');
    const differences = differenceMatrices(grid, sides, drift, [0, 1]);
    const rows = nodeRows(grid, sides, diffusionRule('wide', d, 'test'), differences);
    return nodeHamiltonian(
      averagedEquation(
        equation,
        grid,
        grid.axes.map(() => false),
      ),
      differences,
      rows,
    );
  };
  const next = numbers(d);
  const random = (): Float64Array => Float64Array.from({ length: 2 * grid.size }, () => 2 * next() - 1);

  const cases = Object.keys(SIDES).flatMap((side) => RULES.map((drift) => [side, drift] as const));
  test.each(cases)('are those of the wide generator under random controls: %s, %s', (side, drift) => {
    const hamiltonian = made(side, drift);
    const policy = random();
    const plain = closedLoop(given, grid, policy);
    const at = (c: 0 | 1) => (_: number, x: Float64Array) => {
      const p = grid.axes.reduce((sum, { points }, k) => sum + points.indexOf(x[k]) * grid.strides[k], 0);
      return c === 0 ? policy[2 * p] ** 2 : policy[2 * p + 1];
    };
    const { generator } = discrete(
      { model: plain, T: 1, killing: at(0), source: at(1) },
      {
        grid: given.axes,
        boundary: SIDES[side](d),
        drift,
        diffusion: 'wide',
        stepping: implicitEuler({ steps: 1 }),
      },
      'test',
    );
    const operator = generator.at(0.5, 0);
    const reference = sparseMatrix(operator, grid);
    const brought = new Float64Array(grid.size);
    operator.addForcing(1, brought);
    const { matrix, forcing } = hamiltonian.assemble(0.5, policy);
    const u = Float64Array.from({ length: grid.size }, () => next());
    const seen = hamiltonian.of(0.5, u);
    const value = hamiltonianValue(d);
    let wide = 0;
    const around = neighborhood(grid, sidesOf(SIDES[side](d), grid, plain, 'test'));
    const x = new Float64Array(d);
    for (let p = 0; p < grid.size; p++) {
      const [found, known] = [dense(matrix, p), dense(reference, p)];
      // The coefficients are rounded twice on either way, and there are fewer than a hundred entries, each a product of few.
      const size = known.reduce((sum, value) => sum + Math.abs(value), 0);
      const bound = 100 * Number.EPSILON * size;
      const gap = found.reduce((largest, value, q) => Math.max(largest, Math.abs(value - known[q])), 0);
      expect(gap, `row ${p}`).toBeLessThanOrEqual(bound);
      if (generator.fixed[p]) continue;
      around.moveTo(p);
      nodeAt(grid, p, x);
      const sigma = given.diffusionAt(x, policy.subarray(2 * p, 2 * p + 2));
      const a = Float64Array.from({ length: d * d }, (_, e) => {
        const [k, l] = [Math.floor(e / d), e % d];
        return sigma[2 * k] * sigma[2 * l] + sigma[2 * k + 1] * sigma[2 * l + 1];
      });
      cutToSides(around, a, d);
      if (!isDominant(around, a, d)) wide++;
      // Slopes of at most 3 times coefficients up to 40 and variances over Δx up to 100.
      expect(Math.abs(forcing[p] - brought[p])).toBeLessThan(1e3 * 64 * Number.EPSILON);
      const sum = found.reduce((total, value, q) => total + value * u[q], forcing[p]);
      const own = seen.evaluate(p, policy.slice(2 * p, 2 * p + 2), value);
      expect(Math.abs(own - sum)).toBeLessThanOrEqual(100 * Number.EPSILON * value.scale);
    }
    // Otherwise it has all been said of narrow differences.
    expect(wide).toBeGreaterThan(grid.size / 10);
  });

  test('do not remember the node or the covariance before', () => {
    const hamiltonian = made('reflecting', 'hybrid');
    const u = Float64Array.from({ length: grid.size }, () => next());
    const seen = hamiltonian.of(0, u);
    const value = hamiltonianValue(d);
    const controls = [Float64Array.of(0.3, 0.1), Float64Array.of(0.3, 0.7), Float64Array.of(-0.4, 0.1)];
    // Ends with the covariance that the next node begins with.
    const walk = [2, 0, 0, 1, 0, 2];
    const nodes = [grid.size >> 1, (grid.size >> 1) + 1];
    const fresh = nodes.map((p) =>
      controls.map((a) => {
        const other = made('reflecting', 'hybrid');
        return other.of(0, u).evaluate(p, a, hamiltonianValue(d));
      }),
    );
    for (const again of [0, 1, 0]) {
      expect(walk.map((c) => seen.evaluate(nodes[again], controls[c], value))).toEqual(
        walk.map((c) => fresh[again][c]),
      );
    }
  });

  test('show a coefficient that is not finite', () => {
    const hamiltonian = made('reflecting', 'hybrid');
    const seen = hamiltonian.of(0, new Float64Array(grid.size).fill(1));
    const [middle, value] = [grid.size >> 1, hamiltonianValue(d)];
    expect(seen.evaluate(middle, Float64Array.of(Number.NaN, 0), value)).toBeNaN();
    expect(seen.evaluate(middle, Float64Array.of(0.1, 0.1), value)).not.toBeNaN();
    const policy = random();
    policy[2 * middle] = Number.NaN;
    expect(() => hamiltonian.assemble(0, policy)).toThrow('not finite');
  });
});
