import {
  type BackwardProblem,
  type Boundary,
  type BoundaryInput,
  crankNicolson,
  generatorMatrix,
  hundsdorferVerwer,
  pointsOf,
  type SolveOptions,
  solveKolmogorov,
  solveKolmogorovAsync,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const line = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
const plane = symbolic({ state: ['x', 'y'], drift: ['-x', '-y'], diffusion: [['0.5'], ['0.5']] });
const root = symbolic({ state: ['x'], drift: ['1'], diffusion: [['sqrt(x)']] });
const good: BackwardProblem = { model: line, T: 1, terminal: 'x^2' };
const options: SolveOptions = { grid: [uniform(-2, 2, 21)], stepping: crankNicolson({ steps: 4 }) };

const refusal = (act: () => unknown): SdeError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
// The tests below pass what the types forbid.
const loose = <V>(value: unknown): V => value as V;

describe('solveKolmogorov refuses', () => {
  const cases: [string, string, () => unknown][] = [
    ['no model', 'value', () => solveKolmogorov({ ...good, model: loose(undefined) }, options)],
    ['no grid', 'shape', () => solveKolmogorov(good, { ...options, grid: loose(undefined) })],
    ['a grid of another dimension', 'shape', () => solveKolmogorov({ ...good, model: plane }, options)],
    ['points instead of an axis', 'value', () => solveKolmogorov(good, { ...options, grid: [loose([0, 1, 2])] })],
    ['T = t0', 'value', () => solveKolmogorov({ ...good, T: 1, t0: 1 }, options)],
    ['T that is NaN', 'value', () => solveKolmogorov({ ...good, T: Number.NaN }, options)],
    ['no stepping', 'value', () => solveKolmogorov(good, { ...options, stepping: loose({ steps: 3 }) })],
    ['a time to keep after T', 'value', () => solveKolmogorov(good, { ...options, keep: [0.5, 1.5] })],
    ['times to keep that are none', 'value', () => solveKolmogorov(good, { ...options, keep: loose(['0.5']) })],
    ['an unknown boundary', 'value', () => solveKolmogorov(good, { ...options, boundary: loose({ kind: 'sticky' }) })],
    ['sides of another dimension', 'shape', () => solveKolmogorov(good, { ...options, boundary: [] })],
    [
      'a side left out',
      'value',
      () => solveKolmogorov(good, { ...options, boundary: loose([{ lower: { kind: 'reflecting' } }]) }),
    ],
    [
      'a Robin side without slope',
      'value',
      () => solveKolmogorov(good, { ...options, boundary: { kind: 'robin', weight: 1, slopeWeight: 0, value: 0 } }),
    ],
    [
      'a Dirichlet side without value',
      'value',
      () => solveKolmogorov(good, { ...options, boundary: loose({ kind: 'dirichlet' }) }),
    ],
    ['an unknown symbol', 'unknown-symbol', () => solveKolmogorov({ ...good, terminal: 'z^2' }, options)],
    ['a broken expression', 'expression', () => solveKolmogorov({ ...good, killing: 'x +' }, options)],
    ['a terminal array of another size', 'shape', () => solveKolmogorov({ ...good, terminal: [1, 2, 3] }, options)],
    ['a terminal value that is not finite', 'value', () => solveKolmogorov({ ...good, terminal: 'log(x)' }, options)],
    ['a coefficient that is not finite', 'value', () => solveKolmogorov({ ...good, model: root }, options)],
    ['an unknown drift difference', 'value', () => solveKolmogorov(good, { ...options, drift: loose('sideways') })],
    [
      'extrapolation on an even number of points',
      'value',
      () => solveKolmogorov(good, { ...options, grid: [uniform(-2, 2, 20)], extrapolate: true }),
    ],
    ['a point outside the grid', 'value', () => solveKolmogorov(good, options).at(0, [3])],
    ['a point of another dimension', 'shape', () => solveKolmogorov(good, options).at(0, [0, 0])],
    ['no parts of a cell', 'value', () => solveKolmogorov(good, { ...options, averaging: 0 })],
    ['a time outside', 'value', () => solveKolmogorov(good, options).at(2, [0])],
    ['a time that was not kept', 'value', () => solveKolmogorov({ ...good, t0: 0.5 }, options).slice(0.2)],
  ];
  test.each(cases)('%s', (_, code, act) => {
    const error = refusal(act);
    expect(error.code).toBe(code);
    expect(error.details.remedy).not.toBe('');
  });

  test('an aborted signal, between steps', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const solving = solveKolmogorovAsync(good, {
      ...options,
      signal: controller.signal,
      onProgress: ({ done, of }) => {
        expect(of).toBe(6);
        seen.push(done);
        if (done === 2) controller.abort();
      },
    });
    await expect(solving).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([1, 2]);
  });

  test('a solution that overflows, rather than returning it', () => {
    const growing = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
    const error = refusal(() =>
      solveKolmogorov(
        { model: growing, T: 1, terminal: '1', killing: -1000 },
        { ...options, stepping: crankNicolson({ steps: 1000 }) },
      ),
    );
    expect(error.details.what).toContain('overflowed');
  });
});

describe('what is given', () => {
  test('as text, as a function, as values, and as an ndarray is the same', () => {
    const grid = [uniform(-1, 1, 5), uniform(0, 1, 4)];
    const solve = (terminal: BackwardProblem['terminal']) =>
      solveKolmogorov({ model: plane, T: 1, terminal }, { grid, stepping: hundsdorferVerwer({ steps: 2 }) });
    const at = (terminal: BackwardProblem['terminal']) => Array.from(solve(terminal).slice(0).data);
    const values = Array.from({ length: 20 }, (_, p) => grid[0].points[Math.floor(p / 4)] * grid[1].points[p % 4]);
    const byText = at('x*y');
    expect(at((x) => x[0] * x[1])).toEqual(byText);
    expect(at(values)).toEqual(byText);
    expect(at(solve(values).slice(1))).toEqual(byText);
  });

  test('as killing, source and boundary may be a number, text or a function', () => {
    const boundary = (value: Extract<Boundary, { kind: 'dirichlet' }>['value']): BoundaryInput => ({
      kind: 'dirichlet',
      value,
    });
    const at = (killing: BackwardProblem['killing'], source: BackwardProblem['source'], side: BoundaryInput) =>
      solveKolmogorov({ ...good, killing, source }, { ...options, boundary: side }).at(0, [0.3]);
    const number = at(0.5, 2, boundary(3));
    expect(Math.abs(at('0.5', '2', boundary('3')) - number)).toBeLessThan(50 * Number.EPSILON);
    expect(
      Math.abs(
        at(
          () => 0.5,
          () => 2,
          boundary(() => 3),
        ) - number,
      ),
    ).toBeLessThan(50 * Number.EPSILON);
  });
});

describe('a field', () => {
  const field = solveKolmogorov(good, options);

  test('has its terminal value at T, its times in order, and one value a node', () => {
    expect(field.times[0]).toBe(0);
    expect(field.times[field.times.length - 1]).toBe(1);
    expect(field.at(1, [0.5])).toBeCloseTo(0.25, 14);
    expect(field.slice(1).shape).toEqual([21]);
    expect(field.gradient(1, [0.5])[0]).toBeCloseTo(1, 12);
  });

  test('gives first and second derivatives', () => {
    const grid = [uniform(-2, 2, 81), uniform(-2, 2, 81)];
    const phi = { model: plane, T: 1, terminal: 'sin(x)*exp(y/2)' };
    const u = solveKolmogorov(phi, { grid, stepping: hundsdorferVerwer({ steps: 1 }) });
    const [x, y] = [0.33, -0.41];
    const [s, c, e] = [Math.sin(x), Math.cos(x), Math.exp(y / 2)];
    const [gradient, hessian] = [u.gradient(1, [x, y]), u.hessian(1, [x, y])];
    // Spacing 0.05: cubics give first derivatives to spacing³ and second ones to spacing², times derivatives below 2.
    expect(Math.abs(gradient[0] - c * e)).toBeLessThan(2 * 0.05 ** 3);
    expect(Math.abs(gradient[1] - (s * e) / 2)).toBeLessThan(2 * 0.05 ** 3);
    [-s * e, (c * e) / 2, (c * e) / 2, (s * e) / 4].forEach((exact, entry) => {
      expect(Math.abs(hessian[entry] - exact)).toBeLessThan(2 * 0.05 ** 2);
    });
  });

  test('is linear between its times', () => {
    const [early, late] = [field.times[0], field.times[1]];
    const middle = (early + late) / 2;
    const mean = (field.at(early, [0.3]) + field.at(late, [0.3])) / 2;
    expect(Math.abs(field.at(middle, [0.3]) - mean)).toBeLessThan(8 * Number.EPSILON);
    expect(
      Math.abs(field.slice(middle).get(4) - (field.slice(early).get(4) + field.slice(late).get(4)) / 2),
    ).toBeLessThan(16 * Number.EPSILON);
  });

  test('keeps only the ends if told to', () => {
    const ends = solveKolmogorov(good, { ...options, keep: 'ends' });
    expect(Array.from(ends.times)).toEqual([0, 1]);
    expect(ends.at(0, [0.3])).toBe(field.at(0, [0.3]));
  });

  test('extrapolated, has fourth-order values at the times of the coarse solve, and an error', () => {
    const extrapolated = (n: number, steps: number) =>
      solveKolmogorov(
        { ...good, terminal: 'sin(x)' },
        { grid: [uniform(-5, 5, n)], stepping: crankNicolson({ steps, smoothing: 0 }), extrapolate: true },
      );
    const exact = Math.sin(Math.exp(-1)) * Math.exp((-0.25 / 4) * (1 - Math.exp(-2)));
    const errors = [41, 81, 161].map((n) => extrapolated(n, (n - 1) / 2).at(0, [1]) - exact);
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(3.8);
    expect(Math.log2(errors[1] / errors[2])).toBeLessThan(4.2);
    expect(extrapolated(41, 20).times).toHaveLength(11);
    expect(field.error).toBeUndefined();
  });
});

test('which stepping oscillates on a digital, and which does not', () => {
  // u is decreasing in −x for every time: a rise anywhere is an oscillation.
  const problem: BackwardProblem = {
    model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }),
    T: 0.5,
    terminal: 'x > 0 ? 1 : (x == 0 ? 1/2 : 0)',
  };
  const falls = (smoothing: number): number => {
    const field = solveKolmogorov(problem, {
      grid: [uniform(-4, 4, 401)],
      stepping: crankNicolson({ steps: 10, smoothing }),
      keep: 'ends',
    });
    const { data } = field.slice(0);
    let most = 0;
    for (let i = 1; i < data.length; i++) most = Math.max(most, data[i - 1] - data[i]);
    return most;
  };
  expect(falls(0)).toBeGreaterThan(0.05);
  expect(falls(2)).toBeLessThan(1e3 * Number.EPSILON);
});

test('averaging over cells restores order 2 for a jump between nodes', () => {
  const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
  const at = (n: number, averaging: number): number =>
    solveKolmogorov(
      { model, T: 1, terminal: 'x > 0.031 ? 1 : 0' },
      { grid: [uniform(-6, 6, n)], stepping: crankNicolson({ steps: 60 }), averaging, keep: 'ends' },
    ).at(0, [0]);
  // P(W_1 > 0.031), by the series of the normal distribution function.
  const exact = 0.5 - (0.031 - 0.031 ** 3 / 6) / Math.sqrt(2 * Math.PI);
  expect(Math.abs(at(121, 1) - exact)).toBeGreaterThan(0.005);
  // The mean over a cell is found to 1/200 of it, 0.1 wide; the rest is Δx² and Δt² with constants below 1.
  expect(Math.abs(at(121, 200) - exact)).toBeLessThan(0.1 / 200 + 0.1 ** 2 / 8 + 1 / 60 ** 2);
});

test('points of the caller make the same matrix as an axis of the same points', () => {
  const own = generatorMatrix(good, { ...options, grid: [pointsOf(uniform(-2, 2, 21).points)] }, 0);
  expect(own).toEqual(generatorMatrix(good, options, 0));
});

describe('the times that are kept', () => {
  const problem = {
    model: symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1 + t/2']] }),
    T: 1,
    terminal: 'x^2',
  };
  const options = { grid: [uniform(-3, 3, 31)], stepping: crankNicolson({ steps: 20 }) };

  test.each([
    ['all', 'all' as const],
    ['those of the caller', [0.3, 0.77]],
    ['the ends', 'ends' as const],
  ])('%s', (_, keep) => {
    const u = solveKolmogorov(problem, { ...options, keep });
    const all = solveKolmogorov(problem, options);
    const wanted = keep === 'all' ? all.times : [0, ...(keep === 'ends' ? [] : keep), 1];
    expect(Array.from(u.times)).toEqual(Array.from(wanted));
    // Other steps to the same times: the error in time of both is of second order.
    for (const t of u.times) expect(Math.abs(u.at(t, [0.5]) - all.at(t, [0.5]))).toBeLessThan(5 / 20 ** 2);
    if (keep !== 'all') expect(() => u.at(0.5, [0])).toThrow(/was not kept/);
  });

  test('extrapolation has them too', () => {
    const u = solveKolmogorov(problem, { ...options, keep: [0.3], extrapolate: true });
    expect(Array.from(u.times)).toEqual([0, 0.3, 1]);
  });
});
