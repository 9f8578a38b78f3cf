/** What is minimized. `gradient` writes ∇f and returns f. */
export interface Smooth {
  value(x: Float64Array): number;
  gradient(x: Float64Array, out: Float64Array): number;
}

/** One accepted iterate. */
export interface Iterate {
  readonly iteration: number;
  readonly objective: number;
  /** Largest entry of x − P(x − ∇f): 0 at a minimum within the bounds. */
  readonly residual: number;
}

/** Where a minimization ended. */
export interface Minimum {
  /** `converged`: the residual is small. `stalled`: no step lowers the objective. `exhausted`: the iterations are used up. */
  readonly kind: 'converged' | 'stalled' | 'exhausted';
  readonly x: Float64Array;
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly history: readonly Iterate[];
}

/** How a minimization goes. */
export interface MinimizeOptions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** On the residual, relative to 1 + |f|. */
  readonly tolerance: number;
  readonly iterations: number;
  readonly onIterate?: (iterate: Iterate) => void;
}

/** Pairs of differences that the Hessian is estimated from. */
const MEMORY = 10;
/** Armijo's fraction of the predicted decrease; empirical, and standard. */
const DECREASE = 1e-4;
/** Halvings before a search is given up. */
const HALVINGS = 40;

/**
 * L-BFGS on the variables that are not held at a bound, with a backtracking search along the projected path.
 *
 * Each trial costs one value, each accepted step one gradient. Where the objective is flat to rounding it stops as `stalled` with what it has.
 *
 * @see [nocedal2006]
 */
export function projectedLbfgs(f: Smooth, start: Float64Array, options: MinimizeOptions): Minimum {
  const { lower, upper } = options;
  const project = (x: Float64Array): Float64Array => x.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));
  let x = project(start);
  let gradient = new Float64Array(x.length);
  let objective = f.gradient(x, gradient);
  let pairs: Pair[] = [];
  const history: Iterate[] = [];
  const record = (iteration: number): number => {
    const moved = project(x.map((value, i) => value - gradient[i]));
    const residual = moved.reduce((most, value, i) => Math.max(most, Math.abs(value - x[i])), 0);
    const iterate = { iteration, objective, residual };
    history.push(iterate);
    options.onIterate?.(iterate);
    return residual;
  };
  const ended = (kind: Minimum['kind']): Minimum => ({ kind, x, objective, gradient, history });

  let residual = record(0);
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    if (residual <= options.tolerance * (1 + Math.abs(objective))) return ended('converged');
    const free = gradient.map((slope, i) =>
      (x[i] <= lower[i] && slope > 0) || (x[i] >= upper[i] && slope < 0) ? 0 : 1,
    );
    let trial = search(f, x, objective, gradient, direction(gradient, free, pairs), project);
    if (!trial && pairs.length > 0) {
      pairs = [];
      trial = search(f, x, objective, gradient, direction(gradient, free, pairs), project);
    }
    if (!trial) return ended('stalled');
    const next = new Float64Array(x.length);
    objective = f.gradient(trial, next);
    const pair = pairOf(x, trial, gradient, next);
    if (pair) pairs = [...pairs, pair].slice(-MEMORY);
    x = trial;
    gradient = next;
    residual = record(iteration);
  }
  return ended(residual <= options.tolerance * (1 + Math.abs(objective)) ? 'converged' : 'exhausted');
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1 / sᵀy. */
  readonly rho: number;
}

function pairOf(x: Float64Array, next: Float64Array, g: Float64Array, nextG: Float64Array): Pair | undefined {
  const s = next.map((value, i) => value - x[i]);
  const y = nextG.map((value, i) => value - g[i]);
  const curvature = dot(s, y);
  // Only a positive curvature well above rounding keeps the estimate positive definite.
  return curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)) ? { s, y, rho: 1 / curvature } : undefined;
}

/** −H ∇f on the free variables, by the two-loop recursion; −∇f scaled to length ≤ 1 without pairs. */
function direction(gradient: Float64Array, free: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((slope, i) => slope * free[i]);
  if (pairs.length === 0) {
    const scale = -1 / Math.max(1, Math.sqrt(dot(q, q)));
    return q.map((value) => scale * value);
  }
  const masked = pairs.map(({ s, y }) => {
    const own = { s: s.map((value, i) => value * free[i]), y: y.map((value, i) => value * free[i]) };
    return { ...own, rho: 1 / dot(own.s, own.y) };
  });
  const usable = masked.filter(({ rho }) => rho > 0 && Number.isFinite(rho));
  const alphas: number[] = [];
  for (const { s, y, rho } of [...usable].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    for (let i = 0; i < q.length; i++) q[i] -= alpha * y[i];
  }
  const last = usable[usable.length - 1];
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] *= scale;
  usable.forEach(({ s, y, rho }, index) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] += (alphas[index] - beta) * s[i];
  });
  return q.map((value, i) => -value * free[i]);
}

/** The first point of the projected path x + step · direction, step = 1, ½, ¼ …, that lowers f enough. */
function search(
  f: Smooth,
  x: Float64Array,
  objective: number,
  gradient: Float64Array,
  along: Float64Array,
  project: (x: Float64Array) => Float64Array,
): Float64Array | undefined {
  let step = 1;
  for (let halving = 0; halving < HALVINGS; halving++, step /= 2) {
    const trial = project(x.map((value, i) => value + step * along[i]));
    const predicted = trial.reduce((sum, value, i) => sum + gradient[i] * (value - x[i]), 0);
    if (predicted >= 0) continue;
    if (f.value(trial) <= objective + DECREASE * predicted) return trial;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
