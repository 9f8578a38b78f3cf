import {
  bdf2,
  bicgstab,
  controlObjective,
  controlObjectiveAsync,
  crankNicolson,
  implicitEuler,
  solveFokkerPlanck,
  solveFokkerPlanckAsync,
  solveKolmogorov,
  solveKolmogorovAsync,
  solveStationary,
  solveStationaryAsync,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { fronts } from '#kolmogorov/linear/fronts';
import { generatorOn, gridOf, neighbors } from '../linear/matrices.js';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['y - x*(1 + t)', '-x - y'],
  diffusion: [
    ['1', '0'],
    ['0.3', '0.5'],
  ],
});
// More nodes than one solve is done in one part for.
const grid = [uniform(-3, 3, 67), uniform(-3, 3, 67)];
const steppings = {
  implicitEuler: implicitEuler({ steps: 2 }),
  crankNicolson: crankNicolson({ steps: 2 }),
  trBdf2: trBdf2({ steps: 2 }),
  bdf2: bdf2({ steps: 3 }),
};

describe.each(Object.entries(steppings))('an iterative solver within %s, left and begun again', (_, stepping) => {
  const counted = (): { readonly solver: ReturnType<typeof bicgstab>; readonly told: string[] } => {
    const told: string[] = [];
    return { told, solver: bicgstab({ onSolve: (report) => told.push(JSON.stringify(report)) }) };
  };

  test('backward: the same bits, and every solve once', async () => {
    const [one, turns] = [counted(), counted()];
    const problem = { model, T: 0.1, terminal: 'x^2 + cos(y)' };
    const expected = solveKolmogorov(problem, { grid, stepping, solver: one.solver });
    const found = await solveKolmogorovAsync(problem, { grid, stepping, solver: turns.solver });
    for (const t of expected.times) expect(found.slice(t).data).toEqual(expected.slice(t).data);
    expect(one.told.length).toBeGreaterThan(1);
    expect(turns.told).toEqual(one.told);
  });

  test('forward: the same bits, and every solve once', async () => {
    const [one, turns] = [counted(), counted()];
    const problem = { model, T: 0.1, initial: [0.5, 0.1] };
    const expected = solveFokkerPlanck(problem, { grid, stepping, solver: one.solver });
    const found = await solveFokkerPlanckAsync(problem, { grid, stepping, solver: turns.solver });
    expect(found.slice(0.1).data).toEqual(expected.slice(0.1).data);
    expect(turns.told).toEqual(one.told);
  });
});

test('a gradient whose steps are recorded, left within its solves, has the bits of one that is not', async () => {
  const problem = {
    model: symbolic({
      state: ['x', 'y'],
      drift: ['a - x', '-y'],
      diffusion: [
        ['1', '0'],
        ['0.3', '1'],
      ],
      parameters: { a: 0 },
    }),
    parameters: ['a'],
    T: 0.2,
    terminal: 'x^2 + y',
    running: 'a^2',
    initial: [0.3, 0],
  };
  const options = { grid, stepping: trBdf2({ steps: 4 }), solver: bicgstab(), intervals: 2 };
  const theta = Float64Array.of(0.2, -0.4);
  const [one, turns] = [new Float64Array(2), new Float64Array(2)];
  const value = controlObjective(problem, options).gradient(theta, one);
  const inTurns = await controlObjectiveAsync(problem, options);
  expect(await inTurns.gradient(theta, turns)).toBe(value);
  expect(turns).toEqual(one);
});

test('a stationary solve by iterations takes turns, hears its signal within a solve, and has the same bits', async () => {
  const still = symbolic({
    state: ['x', 'y'],
    drift: ['-x', '-y'],
    diffusion: [
      ['1', '0'],
      ['0', '1'],
    ],
  });
  const equation = { model: still, source: '1' };
  const options = { grid, boundary: { kind: 'absorbing' }, solver: bicgstab() } as const;
  const found = await solveStationaryAsync(equation, options);
  expect(found.slice(0).data).toEqual(solveStationary(equation, options).slice(0).data);
});

test('the plan of a factorization is made in parts that grow in number with the grid', () => {
  const parts = (n: number): number => {
    const side = gridOf(n, n);
    const coordinates = side.shape.map((points, k) =>
      Int32Array.from({ length: side.size }, (_, p) => Math.floor(p / side.strides[k]) % points),
    );
    const work = fronts(generatorOn(side, neighbors(2)), coordinates);
    let count = 0;
    while (!work.next().done) count++;
    return count;
  };
  const [small, large] = [parts(20), parts(400)];
  expect(small).toBeLessThan(20);
  // 160 000 nodes are cut some 15 times, and their factor has 3 million entries.
  expect(large).toBeGreaterThan(100);
});
