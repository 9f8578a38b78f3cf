import {
  adaptedSteps,
  crankNicolson,
  dualityDefect,
  hundsdorferVerwer,
  solveKolmogorov,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

// A mode that is gone soon beside one that stays: u = e^(−π² τ / 2) sin πx + e^(−81 π² τ / 2) sin 9πx on the line.
const heat = {
  model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }),
  T: 1,
  terminal: 'sin(pi*x) + sin(9*pi*x)',
};
const line = { grid: [uniform(0, 1, 201)], boundary: { kind: 'absorbing' } as const };
const plane = {
  model: symbolic({
    state: ['x', 'y'],
    drift: ['-30*x', '-0.5*y'],
    diffusion: [
      ['0.8', '0'],
      ['0.3', '0.5'],
    ],
  }),
  T: 1,
  terminal: 'cos(3*x)*y',
};
const square = { grid: [uniform(-2, 2, 25), uniform(-2, 2, 23)] };

const finest = (problem: typeof heat | typeof plane, space: typeof line | typeof square, steps: number) =>
  solveKolmogorov(problem, { ...space, stepping: trBdf2({ steps }), keep: 'ends' });

describe('adaptedSteps', () => {
  test('takes short steps where the solution moves, long ones where it rests, and never more than the error allows', () => {
    const tolerance = 1e-5;
    const stepping = adaptedSteps(heat, { ...line, stepping: trBdf2({ steps: 10 }), tolerance });
    const times = stepping.times ?? [];
    expect(times[0]).toBe(0);
    expect(times[times.length - 1]).toBe(1);
    expect(stepping.steps).toBe(times.length - 1);
    const last = times.length - 1;
    expect(times[1] - times[0]).toBeGreaterThan(50 * (times[last] - times[last - 1]));
    const reference = finest(heat, line, 3000);
    const adapted = solveKolmogorov(heat, { ...line, stepping });
    const equal = solveKolmogorov(heat, { ...line, stepping: trBdf2({ steps: stepping.steps }) });
    const worst = (u: typeof adapted, t: number): number =>
      [0.05, 0.15, 0.5].reduce((most, x) => Math.max(most, Math.abs(u.at(t, [x]) - reference.at(t, [x]))), 0);
    // Each step is off by no more than the tolerance, and the equation forgets.
    expect(worst(adapted, 0)).toBeLessThan(times.length * tolerance);
    // While the quick mode decays, equal steps are off by far more; compared where both meshes have a time.
    const early = times.find((t) => t > 0.99) ?? 1;
    const exact = (x: number): number => {
      const laplacian = (k: number): number => (2 * Math.sin((k * Math.PI) / 400) * 200) ** 2;
      return [1, 9].reduce(
        (sum, k) => sum + Math.exp((-laplacian(k) * (1 - early)) / 2) * Math.sin(k * Math.PI * x),
        0,
      );
    };
    expect(Math.abs(adapted.at(early, [0.15]) - exact(0.15))).toBeLessThan(times.length * tolerance);
    expect(Math.abs(equal.at(early, [0.15]) - exact(0.15))).toBeGreaterThan(times.length * tolerance);
  });

  test.each([
    ['trBdf2', trBdf2({ steps: 20 }), 3, line, heat],
    ['hundsdorferVerwer', hundsdorferVerwer({ steps: 20 }), 2, square, plane],
  ] as const)('%s: steps grow in number as tolerance^(−1/power)', (_, stepping, power, space, problem) => {
    const count = (tolerance: number): number => adaptedSteps(problem, { ...space, stepping, tolerance }).steps;
    const [coarse, fine] = [count(1e-4), count(1e-6)];
    const rate = Math.log(fine / coarse) / Math.log(100);
    // Two lengths in a row differ by a factor from 1.3 up, and stretches end where they must: the count is off by so much.
    expect(Math.abs(rate - 1 / power)).toBeLessThan(Math.log(1.3) / Math.log(100) + 0.05);
  });

  describe.each([2, 3])('an estimate of exactly C dt^%d', (power) => {
    const still = {
      model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }),
      T: 1,
      terminal: 0,
    };
    /** The lengths that are tried, and those that are taken, where steps begin with 1/steps and one of that length is off by `off` tolerances. */
    const lengths = (steps: number, off: number): { readonly tried: number[]; readonly taken: number[] } => {
      const tried: number[] = [];
      const step = (): void => {};
      const embedded = {
        power,
        step: (_: unknown, dt: number, __: unknown, ___: unknown, estimate: Float64Array): void => {
          tried.push(dt);
          estimate.fill(off * 1e-3 * (dt * steps) ** power);
        },
      };
      const stepping = { ...trBdf2({ steps }), parts: () => [{ step, stepTransposed: step, embedded }] };
      const { times = [] } = adaptedSteps(still, { grid: [uniform(0, 1, 5)], stepping, tolerance: 1e-3 });
      return { tried, taken: times.slice(1).map((t, n) => t - times[n]) };
    };
    const near = (value: number) => expect.closeTo(value, 12);

    test('a step that is off by 2^power tolerances is taken again, 0.9 / 2 as long', () => {
      const whole = Array(7).fill(near(0.1125));
      // What is left over is filled with two equal steps.
      const { tried, taken } = lengths(4, 2 ** power);
      expect(taken).toEqual([near(0.10625), near(0.10625), ...whole]);
      expect(tried.slice(0, 3)).toEqual([0.25, near(0.1125), near(0.1125)]);
    });

    test('one that is off by a 4^−power of it makes the next 3.6 times as long', () => {
      expect(lengths(10, 4 ** -power).taken).toEqual([near(0.27), near(0.27), near(0.36), near(0.1)]);
    });

    test('no step is less than a fifth of the one before, or more than four times as long', () => {
      expect(lengths(1, 40 ** power).tried.slice(0, 4)).toEqual([1, near(0.2), near(0.04), near(0.0225)]);
      expect(lengths(100, 100 ** -power).tried.slice(0, 3)).toEqual([near(0.01), near(0.04), near(0.16)]);
    });
  });

  test('the error falls with the tolerance, in the plane with a splitting', () => {
    const reference = finest(plane, square, 800).at(0, [0.3, 0.5]);
    const error = (tolerance: number): number => {
      const stepping = adaptedSteps(plane, { ...square, stepping: hundsdorferVerwer({ steps: 10 }), tolerance });
      return Math.abs(solveKolmogorov(plane, { ...square, stepping, keep: 'ends' }).at(0, [0.3, 0.5]) - reference);
    };
    const [coarse, fine] = [error(1e-3), error(1e-5)];
    expect(fine).toBeLessThan(coarse / 10);
  });

  test('the steps are fixed: the transpose is exact, and extrapolation halves them', () => {
    const stepping = adaptedSteps(plane, { ...square, stepping: hundsdorferVerwer({ steps: 10 }), tolerance: 1e-3 });
    expect(Math.abs(dualityDefect(plane, [0.2, 0.1], { ...square, stepping }))).toBeLessThan(1e-12);
    const extrapolated = solveKolmogorov(plane, { ...square, stepping, extrapolate: true });
    const reference = solveKolmogorov(plane, { ...square, stepping: trBdf2({ steps: 200 }), extrapolate: true });
    const at = [0.3, 0.5];
    expect(Math.abs(extrapolated.at(0, at) - reference.at(0, at))).toBeLessThan(extrapolated.error?.(0, at) ?? 0);
  });

  test('ends steps on breakpoints', () => {
    const jumping = model({
      dimension: 1,
      noiseDimension: 1,
      autonomous: true,
      breakpoints: [0.37],
      drift: (t, x, out) => {
        out[0] = t < 0.37 ? -x[0] : -40 * x[0];
      },
      diffusion: (_t, _x, out) => {
        out[0] = 0.5;
      },
    });
    const problem = { model: jumping, T: 1, terminal: 'x^2' };
    const grid = [uniform(-2, 2, 41)];
    const stepping = adaptedSteps(problem, { grid, stepping: trBdf2({ steps: 20 }), tolerance: 1e-5 });
    expect(stepping.times).toContain(0.37);
    // E X₁² from X₀ = 0: variance s = ∫ σ² e^(−2∫) over both stretches; the grid's error is of second order.
    const first = (0.25 / 2) * (1 - Math.exp(-2 * 0.37));
    const second = (0.25 / 80) * (1 - Math.exp(-80 * 0.63));
    const exact = first * Math.exp(-80 * 0.63) + second;
    expect(Math.abs(solveKolmogorov(problem, { grid, stepping }).at(0, [0]) - exact)).toBeLessThan(1e-4);
  });

  test('refuses what it cannot do, tells how far it is, and stops when asked', () => {
    const stepping = trBdf2({ steps: 10 });
    const call = (options: object) => () => adaptedSteps(heat, { ...line, stepping, tolerance: 1e-4, ...options });
    expect(call({ tolerance: 0 })).toThrow(SdeError);
    expect(call({ tolerance: Number.NaN })).toThrow(/tolerance/);
    expect(call({ stepping: crankNicolson({ steps: 10 }) })).toThrow(/without an error estimate/);
    expect(call({ tolerance: 1e-9, most: 50 })).toThrow(/too many steps/);
    expect(call({ signal: AbortSignal.abort() })).toThrow(/cancelled/);
    const seen: number[] = [];
    call({ onProgress: ({ done, of }: { done: number; of: number }) => seen.push(done / of) })();
    expect(seen[seen.length - 1]).toBe(1);
    const made = adaptedSteps(heat, { ...line, stepping, tolerance: 1e-4 });
    expect(() => solveKolmogorov({ ...heat, T: 2 }, { ...line, stepping: made })).toThrow(/another interval/);
  });
});
