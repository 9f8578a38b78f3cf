import {
  type Axis,
  type BackwardProblem,
  type BoundaryInput,
  crankNicolson,
  type StationaryEquation,
  type Stepping,
  solveKolmogorov,
  solveStationary,
} from 'kolmogorov';

/** A problem whose solution is known at one point, and how it is solved on a ladder of grids. */
export interface ClosedForm {
  readonly name: string;
  readonly exact: number;
  /** Points of the first axis on the coarsest grid; each finer one has 2 n − 1, and twice the steps. */
  readonly points: number;
  /** u at the point, from the grid of n points. */
  solve(n: number): number;
  /** The same, with the error of second order taken off by the grid of every second point. */
  extrapolate(n: number): number;
  /** What QuantLib calls it, where QuantLib has it. */
  readonly quantlib?: QuantlibCase;
}

/** One of the driver's cases with its numbers. */
export interface QuantlibCase {
  readonly kind: 'call' | 'digital' | 'barrier' | 'heston' | 'ornstein-uhlenbeck';
  readonly parameters: Readonly<Record<string, number>>;
  /** As many points, axis by axis, and steps as the toolkit's grid of n points has. */
  size(n: number): { readonly points: readonly number[]; readonly steps: number };
}

/** A problem in time. */
export interface Evolution {
  readonly name: string;
  readonly problem: BackwardProblem;
  readonly grid: (n: number) => readonly Axis[];
  readonly boundary?: BoundaryInput;
  /** Default Crank–Nicolson, with Rannacher's start. */
  readonly stepping?: (options: { readonly steps: number }) => Stepping;
  /** Default (n − 1) / 2. */
  readonly steps?: (n: number) => number;
  /** A node of every grid. */
  readonly at: readonly number[];
  readonly exact: number;
  readonly points: number;
  /** Its kind and numbers, where QuantLib has it. */
  readonly quantlib?: Omit<QuantlibCase, 'size'>;
}

export function evolution(one: Evolution): ClosedForm {
  const { name, problem, grid, boundary, at, exact, points, quantlib } = one;
  const { stepping = crankNicolson, steps = (n) => (n - 1) / 2 } = one;
  const value = (n: number, extrapolate: boolean): number =>
    solveKolmogorov(problem, {
      grid: grid(n),
      boundary,
      stepping: stepping({ steps: steps(n) }),
      keep: 'ends',
      extrapolate,
    }).at(problem.t0 ?? 0, at);
  const size = (n: number) => ({ points: grid(n).map((axis) => axis.points.length), steps: steps(n) });
  return {
    name,
    exact,
    points,
    solve: (n) => value(n, false),
    extrapolate: (n) => value(n, true),
    ...(quantlib ? { quantlib: { ...quantlib, size } } : {}),
  };
}

/** A problem without time. */
export interface Equilibrium {
  readonly name: string;
  readonly equation: StationaryEquation;
  readonly grid: (n: number) => readonly Axis[];
  readonly boundary: BoundaryInput;
  readonly at: readonly number[];
  readonly exact: number;
  readonly points: number;
}

export function equilibrium({ name, equation, grid, boundary, at, exact, points }: Equilibrium): ClosedForm {
  const solve = (n: number): number => solveStationary(equation, { grid: grid(n), boundary }).at(0, at);
  const extrapolate = (n: number): number => (4 * solve(n) - solve((n + 1) / 2)) / 3;
  return { name, exact, points, solve, extrapolate };
}
