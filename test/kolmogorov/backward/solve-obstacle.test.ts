import {
  type BackwardProblem,
  crankNicolson,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  type ObstacleProblem,
  sinhSpaced,
  solveKolmogorov,
  solveObstacle,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const stock = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] });
const put = { model: stock, T: 1, terminal: 'max(100 - x, 0)', obstacle: 'max(100 - x, 0)', killing: 0.05 };
const grid = [uniform(0, 300, 301)];

/** The American put by Cox, Ross and Rubinstein's tree, averaged over N and N + 1 steps: error about 1/N. */
const tree = (N: number): number => {
  const [h, K] = [1 / N, 100];
  const up = Math.exp(0.2 * Math.sqrt(h));
  const p = (Math.exp(0.05 * h) - 1 / up) / (up - 1 / up);
  const pay = (n: number, i: number): number => Math.max(K - 100 * up ** (2 * i - n), 0);
  const v = Float64Array.from({ length: N + 1 }, (_, i) => pay(N, i));
  for (let n = N - 1; n >= 0; n--) {
    for (let i = 0; i <= n; i++) v[i] = Math.max(pay(n, i), Math.exp(-0.05 * h) * (p * v[i + 1] + (1 - p) * v[i]));
  }
  return v[0];
};

/** The same problem where one cannot stop. */
const withoutObstacle = ({ obstacle: _, ...problem }: ObstacleProblem): BackwardProblem => problem;

describe('solveObstacle', () => {
  test('an American put agrees with a tree', () => {
    const reference = (tree(1000) + tree(1001)) / 2;
    const outcome = solveObstacle(put, { grid, stepping: crankNicolson({ steps: 100 }) });
    expect(outcome.kind).toBe('converged');
    // The tree is good to about S σ² / N < 0.004, the grid to Γ σ² S² Δx² / (12 x²)-like terms below 0.002.
    expect(Math.abs(outcome.value.at(0, [100]) - reference)).toBeLessThan(0.006);
    expect(outcome.stopping.at(0, [70])).toBe(1);
    expect(outcome.stopping.at(0, [100])).toBe(0);
  });

  test('never falls below the obstacle, nor below the European value', () => {
    const options = { grid, stepping: implicitEuler({ steps: 30 }) };
    const outcome = solveObstacle(put, options);
    const european = solveKolmogorov(withoutObstacle(put), options);
    for (const t of outcome.value.times) {
      const [u, plain] = [outcome.value.slice(t).data, european.slice(t).data];
      u.forEach((value, p) => {
        const floor = Math.max(Math.max(100 - grid[0].points[p], 0), plain[p]);
        expect(value).toBeGreaterThan(floor - 1e4 * Number.EPSILON * 100);
      });
    }
  });

  test('solves the complementarity problem of every step, node by node', () => {
    const options = { grid, stepping: implicitEuler({ steps: 20 }) };
    const { kind, value, stopping, iterations } = solveObstacle(put, options);
    expect(kind).toBe('converged');
    // Not one for each node that lets go of the obstacle.
    expect(iterations).toBeLessThan(10);
    const { rowStart, column, value: entries } = generatorMatrix(put, options, 0);
    const slices = Array.from(value.times, (t) => value.slice(t).data);
    const stops = Array.from(value.times, (t) => stopping.slice(t).data);
    const dt = 1 / 20;
    for (let step = 0; step < 20; step++) {
      const [u, later] = [slices[step], slices[step + 1]];
      for (let p = 0; p < u.length; p++) {
        let [rate, size] = [0, 100];
        for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
          rate += entries[e] * u[column[e]];
          size += dt * Math.abs(entries[e] * u[column[e]]);
        }
        const [above, slack] = [u[p] - Math.max(100 - grid[0].points[p], 0), u[p] - dt * rate - later[p]];
        // To twice what the solver takes for rounding, 2⁻⁴⁴ of the terms: neither is negative, and one is 0, that which the stopping set names.
        const rounding = 2 ** -43 * size;
        expect(Math.min(above, slack)).toBeGreaterThan(-rounding);
        expect(Math.abs(stops[step][p] === 1 ? above : slack)).toBeLessThan(rounding);
      }
    }
  });

  test('the premium and the stopping set shrink toward expiry; the put falls with slope at most 1, and is convex', () => {
    const options = { grid, stepping: implicitEuler({ steps: 30 }) };
    const { value, stopping } = solveObstacle(put, options);
    const european = solveKolmogorov(withoutObstacle(put), options);
    const rounding = 1e4 * Number.EPSILON * 100;
    const times = Array.from(value.times);
    const premium = times.map((t) => value.slice(t).data.map((u, p) => u - european.slice(t).data[p]));
    const stops = times.map((t) => stopping.slice(t).data);
    for (let n = 0; n + 1 < times.length; n++) {
      const u = value.slice(times[n]).data;
      for (let p = 0; p < u.length; p++) {
        expect(premium[n][p]).toBeGreaterThan(premium[n + 1][p] - rounding);
        // Where stopping pays anything.
        if (p < 100) expect(stops[n][p]).toBeLessThanOrEqual(stops[n + 1][p]);
        if (p === 0 || p === u.length - 1) continue;
        expect(u[p] - u[p - 1]).toBeLessThan(rounding);
        expect(u[p] - u[p - 1]).toBeGreaterThan(-1 - rounding);
        expect(u[p + 1] - 2 * u[p] + u[p - 1]).toBeGreaterThan(-rounding);
      }
    }
  });

  test('tends to the perpetual put, with order 2 in space', () => {
    // r = ½, σ = 1, K = 1: stop below ½, and V = 1 / (4 x) above.
    const model = symbolic({ state: ['x'], drift: ['x/2'], diffusion: [['x']] });
    const errors = [101, 201].map((n) => {
      const outcome = solveObstacle(
        { model, T: 60, terminal: 'max(1 - x, 0)', obstacle: '1 - x', killing: 0.5 },
        {
          grid: [sinhSpaced(0, 5, n, { center: 0.5, width: 0.5 })],
          boundary: [{ lower: { kind: 'vanishing-curvature' }, upper: { kind: 'dirichlet', value: '1/(4*x)' } }],
          stepping: implicitEuler({ steps: 120 }),
        },
      );
      expect(outcome.kind).toBe('converged');
      expect(outcome.stopping.at(0, [0.45])).toBe(1);
      expect(outcome.stopping.at(0, [0.55])).toBe(0);
      return Math.abs(outcome.value.at(0, [1]) - 1 / 4);
    });
    // The free boundary lies anywhere in a cell, so the order is seen only up to a factor.
    expect(errors[1]).toBeLessThan(errors[0] / 2);
    expect(errors[1]).toBeLessThan(1e-3);
  });

  test('is the European value where stopping never pays, in the plane too', () => {
    const call = { model: stock, T: 1, terminal: 'max(x - 100, 0)', obstacle: 'max(x - 100, 0)', killing: 0.05 };
    const options = { grid, stepping: implicitEuler({ steps: 20 }) };
    const [american, european] = [solveObstacle(call, options).value, solveKolmogorov(withoutObstacle(call), options)];
    expect(Math.abs(american.at(0, [100]) - european.at(0, [100]))).toBeLessThan(1e4 * Number.EPSILON * 100);
    const plane = symbolic({
      state: ['x', 'y'],
      drift: ['-x', '-y'],
      diffusion: [
        ['0.5', '0'],
        ['0', '0.5'],
      ],
    });
    const flat = { model: plane, T: 1, terminal: 'x^2 + y^2', obstacle: -1 };
    const square = { grid: [uniform(-1, 1, 9), uniform(-1, 1, 9)], stepping: implicitEuler({ steps: 3 }) };
    const [held, free] = [solveObstacle(flat, square).value, solveKolmogorov(withoutObstacle(flat), square)];
    expect(Math.abs(held.at(0, [0.25, 0.5]) - free.at(0, [0.25, 0.5]))).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('a source counts at both ends of a step: far above the obstacle u(t) = T² − t² to rounding', () => {
    const problem = { model: stock, T: 2, terminal: 0, obstacle: -100, source: '2*t' };
    const { value } = solveObstacle(problem, {
      grid: [uniform(50, 150, 5)],
      boundary: { kind: 'reflecting' },
      stepping: crankNicolson({ steps: 4, smoothing: 0 }),
    });
    // The trapezoidal rule of a linear source is exact.
    for (const t of value.times) expect(Math.abs(value.at(t, [100]) - (4 - t ** 2))).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('says when it stalls, and refuses what it cannot do', () => {
    const sides = { boundary: { kind: 'absorbing' }, drift: 'hybrid' } as const;
    const options = { grid, stepping: implicitEuler({ steps: 5 }), ...sides };
    expect(solveObstacle(put, { ...options, iterations: 1 }).kind).toBe('stalled');
    const codes: [() => unknown, string][] = [
      [() => solveObstacle(put, { grid, stepping: hundsdorferVerwer({ steps: 5 }) }), 'unsupported'],
      [() => solveObstacle({ ...put, obstacle: 'z' }, options), 'unknown-symbol'],
      [() => solveObstacle({ ...put, obstacle: 'log(x - 1)' }, options), 'value'],
      [() => solveObstacle(put, { ...options, signal: AbortSignal.abort() }), 'cancelled'],
    ];
    for (const [act, code] of codes) {
      let error: unknown;
      try {
        act();
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(SdeError);
      expect((error as SdeError).code).toBe(code);
    }
  });

  test('says whether the matrices of its steps are M-matrices: correlation breaks them, wide differences mend them', () => {
    const sides = { boundary: { kind: 'absorbing' }, drift: 'hybrid' } as const;
    const options = { grid, stepping: implicitEuler({ steps: 5 }), ...sides };
    const { monotone, matrices } = solveObstacle(put, options);
    expect([monotone, matrices.mMatrix, matrices.negativeEntries]).toEqual([true, true, 0]);
    const correlated = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0.9', '0.3'],
      ],
    });
    const square = [uniform(-1, 1, 11), uniform(-1, 1, 11)];
    const problem = { model: correlated, T: 1, terminal: 'x*y', obstacle: 'x*y' };
    const stepping = implicitEuler({ steps: 3 });
    const central = solveObstacle(problem, { grid: square, stepping });
    expect(central.monotone).toBe(false);
    expect(central.matrices.negativeEntries).toBeGreaterThan(0);
    expect(solveObstacle(problem, { grid: square, stepping, diffusion: 'wide' }).monotone).toBe(true);
  });
});
