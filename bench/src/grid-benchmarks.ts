import {
  type BackwardProblem,
  crankNicolson,
  douglas,
  hundsdorferVerwer,
  type SolveOptions,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { HESTON, hestonGrid, hestonProblem } from 'studies';
import type { Benchmark } from './benchmark.js';

/** Points and steps: of the targets, or few. */
interface Sizes {
  readonly line: readonly [points: number, steps: number];
  readonly plane: readonly [points: number, steps: number];
  readonly heston: readonly [x: number, v: number, steps: number];
}
const FULL: Sizes = { line: [2001, 2000], plane: [201, 200], heston: [201, 101, 100] };
const QUICK: Sizes = { line: [41, 20], plane: [21, 10], heston: [41, 21, 10] };

const ZERO = { kind: 'absorbing' } as const;

/** Backward solves of the same discretizations as in bench/limits/lines.cpp and planes.cpp. */
export function gridBenchmarks(quick: boolean): readonly Benchmark[] {
  const { line, plane, heston } = quick ? QUICK : FULL;
  const [points, steps] = line;
  const onLine = { grid: [uniform(-5, 5, points)], boundary: ZERO, stepping: crankNicolson({ steps, smoothing: 0 }) };
  const across = uniform(-4, 4, plane[0]);
  const onPlane = { grid: [across, across], boundary: ZERO };
  const planeOf = (diffusion: readonly (readonly string[])[]): BackwardProblem => ({
    model: symbolic({ state: ['x', 'y'], drift: ['-x + y/2', 'x/4 - 0.8*y'], diffusion }),
    T: 1,
    terminal: 'exp(-x^2 - y^2)',
  });
  const inPlane = { work: plane[0] ** 2 * plane[1], at: [0, 0], sizes: [plane[0], plane[0], plane[1]], target: 1.8 };
  return [
    solve({
      name: '1-D θ, refactored in every step',
      problem: {
        model: symbolic({ state: ['x'], drift: ['cos(3*t) - x'], diffusion: [['0.6 + 0.3*t']] }),
        T: 1,
        terminal: 'exp(-x^2)',
      },
      options: onLine,
      at: [0],
      work: points * steps,
      kind: 'theta-refactored',
      sizes: line,
      target: 1.6,
    }),
    solve({
      name: '1-D θ, factored once',
      problem: {
        model: symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.7']] }),
        T: 1,
        terminal: 'exp(-x^2)',
      },
      options: onLine,
      at: [0],
      work: points * steps,
      kind: 'theta-prefactored',
      sizes: line,
      target: 1.6,
      quantlib: ['call', 'spot=1', 'strike=1', 'rate=0.05', 'volatility=0.2', 'T=1', `size=${points}/${steps}`],
    }),
    solve({
      name: '2-D ADI, Douglas',
      problem: planeOf([
        ['0.8', '0'],
        ['0', '0.6'],
      ]),
      options: { ...onPlane, stepping: douglas({ steps: plane[1] }) },
      kind: 'douglas',
      ...inPlane,
    }),
    solve({
      name: '2-D ADI, Hundsdorfer–Verwer, correlated',
      problem: planeOf([
        ['0.7', '0'],
        ['0.3', '0.4'],
      ]),
      options: { ...onPlane, stepping: hundsdorferVerwer({ steps: plane[1] }) },
      kind: 'hundsdorfer-verwer',
      ...inPlane,
    }),
    hestonBenchmark(heston),
  ];
}

/** Heston's call with two barriers in log S. */
function hestonBenchmark([nx, ny, steps]: Sizes['heston']): Benchmark {
  return solve({
    name: "2-D ADI, Heston's model",
    problem: hestonProblem(),
    options: {
      grid: hestonGrid(nx, ny),
      boundary: [
        { lower: ZERO, upper: ZERO },
        { lower: { kind: 'vanishing-curvature' }, upper: { kind: 'reflecting' } },
      ],
      stepping: hundsdorferVerwer({ steps }),
    },
    at: [0, HESTON.variance],
    work: nx * ny * steps,
    kind: 'heston',
    sizes: [nx, ny, steps],
    target: 1.8,
    quantlib: [
      'heston',
      ...Object.entries(HESTON).map(([name, value]) => `${name}=${value}`),
      `size=${nx}x${ny}/${steps}`,
    ],
  });
}

interface Solve {
  readonly name: string;
  readonly problem: BackwardProblem;
  readonly options: SolveOptions;
  readonly at: readonly number[];
  readonly work: number;
  readonly kind: string;
  readonly sizes: readonly number[];
  readonly target: number;
  readonly quantlib?: readonly string[];
}

function solve({ name, problem, options, at, work, kind, sizes, target, quantlib }: Solve): Benchmark {
  return {
    name,
    work,
    target,
    limit: { program: sizes.length === 2 ? 'lines' : 'planes', kind, sizes },
    toolkit: async () => ({ value: solveKolmogorov(problem, { ...options, keep: 'ends' }).at(0, at), error: 0 }),
    ...(quantlib ? { quantlib } : {}),
  };
}
