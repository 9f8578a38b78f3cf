import type { Work } from 'sde-core/turns';

/** What is minimized. `gradient` writes ∇f and returns f. */
export interface Smooth {
  value(x: Float64Array): number;
  gradient(x: Float64Array, out: Float64Array): number;
}

/** What is minimized, where it takes long: in parts. */
export interface SmoothWork {
  value(x: Float64Array): Work<number>;
  gradient(x: Float64Array, out: Float64Array): Work<number>;
}

/** One accepted iterate. */
export interface Iterate {
  readonly iteration: number;
  readonly objective: number;
  /** Largest entry of x − P(x − ∇f): 0 at a minimum within the bounds. */
  readonly residual: number;
}

/** Why a search ended before its residual was small: `no-descent`, no step lowers the objective; `iterations`, they are used up. */
export type StallReason = 'no-descent' | 'iterations';

/** Where a minimization ended. */
export interface Minimum {
  /** `converged`: the residual is small. `stalled`: it is not, and the search is at its end. */
  readonly kind: 'converged' | 'stalled';
  /** Why it stalled: no step lowers the objective, or the iterations are used up. */
  readonly reason?: StallReason;
  readonly x: Float64Array;
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly history: readonly Iterate[];
}

/** Bounds, and the projection onto them. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  project(x: Float64Array): Float64Array;
}

/** The box between bounds, which may be infinite. */
export function box(lower: Float64Array, upper: Float64Array): Box {
  return { lower, upper, project: (x) => x.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i])) };
}

/** A place on the way down. */
export interface Place {
  readonly x: Float64Array;
  readonly objective: number;
  readonly gradient: Float64Array;
}

/** One way to go down: what it remembers between steps is data M, arrays and numbers alone. */
export interface Method<M> {
  readonly name: string;
  readonly citation: string;
  /** What it remembers at the start. */
  readonly empty: M;
  /** The next place, lower than this one, and what is remembered there; undefined if it finds none. */
  step(place: Place, memory: M, within: Box): Work<{ readonly place: Place; readonly memory: M } | undefined>;
}

/** All that a search needs to go on as if it had not been interrupted. Survives JSON: numbers come back to the last bit. */
export interface DescentState<M> {
  readonly x: readonly number[];
  readonly gradient: readonly number[];
  readonly objective: number;
  readonly memory: M;
  readonly history: readonly Iterate[];
}

/** How a minimization goes. */
export interface DescentOptions<M> {
  readonly box: Box;
  /** On the residual, relative to 1 + |f|. */
  readonly tolerance: number;
  /** In all, those before a resumption included. */
  readonly iterations: number;
  readonly resume?: DescentState<M>;
  /** Called at every accepted iterate; `state` makes what a resumption takes. */
  readonly onIterate?: (iterate: Iterate, state: () => DescentState<M>) => void;
}

/** Goes down from `start` by a method until nothing is left to gain. */
export function* descend<M>(
  f: SmoothWork,
  method: Method<M>,
  start: Float64Array,
  options: DescentOptions<M>,
): Work<Minimum> {
  const { box: within, resume } = options;
  const history: Iterate[] = [...(resume?.history ?? [])];
  let memory = resume ? resume.memory : method.empty;
  let place = resume
    ? { x: Float64Array.from(resume.x), gradient: Float64Array.from(resume.gradient), objective: resume.objective }
    : yield* placeAt(f, within.project(start));
  const residualOf = ({ x, gradient }: Place): number => {
    const moved = within.project(x.map((value, i) => value - gradient[i]));
    return moved.reduce((most, value, i) => Math.max(most, Math.abs(value - x[i])), 0);
  };
  const record = (iteration: number): void => {
    const { objective } = place;
    const iterate = { iteration, objective, residual: residualOf(place) };
    history.push(iterate);
    options.onIterate?.(iterate, () => ({
      x: Array.from(place.x),
      gradient: Array.from(place.gradient),
      objective,
      memory,
      history: [...history],
    }));
  };
  if (!resume) record(0);
  for (;;) {
    const { iteration, objective } = history[history.length - 1];
    // What a resumption brings is not believed.
    const residual = residualOf(place);
    if (residual <= options.tolerance * (1 + Math.abs(objective))) return { kind: 'converged', ...place, history };
    if (iteration >= options.iterations) return { kind: 'stalled', reason: 'iterations', ...place, history };
    const next = yield* method.step(place, memory, within);
    if (!next) return { kind: 'stalled', reason: 'no-descent', ...place, history };
    ({ place, memory } = next);
    record(iteration + 1);
  }
}

/** A point with its objective and gradient. */
export function* placeAt(f: SmoothWork, x: Float64Array): Work<Place> {
  const gradient = new Float64Array(x.length);
  const objective = yield* f.gradient(x, gradient);
  return { x, objective, gradient };
}
