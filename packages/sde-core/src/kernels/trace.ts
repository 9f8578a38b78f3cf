import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { notNode } from '../expression/refusals.js';
import type { TracedScheme } from '../schemes/scheme.js';
import type { Coefficients } from './coefficients.js';
import type { ModelCall } from './opaque-coefficients.js';
import { stepInput } from './step-input.js';

/** One step of a scheme on a model, recorded: the next state as nodes over symbols. */
export interface TracedStep {
  readonly graph: Graph;
  /** t_n. */
  readonly time: Node;
  /** The last time before t_(n+1); only models with breakpoints use it. */
  readonly before: Node;
  /** X_n, shape (d). */
  readonly state: readonly Node[];
  /** Shape (size), standardized. */
  readonly noise: readonly Node[];
  /** X_(n+1), shape (d). */
  readonly next: readonly Node[];
  /** Closures of the model that the step calls; none for a symbolic model. */
  readonly calls: readonly ModelCall[];
}

/** Records a scheme's step in a fresh graph. h becomes a constant, and everything that depends on constants alone folds. */
export function traceStep(
  scheme: TracedScheme,
  shape: {
    readonly dimension: number;
    readonly noiseDimension: number;
    /** Random variables a step. */
    readonly size: number;
    readonly h: number;
    /** Whether stages stay before t_(n+1). */
    readonly clamped: boolean;
  },
  coefficientsOver: (nodes: Graph) => {
    readonly coefficients: Partial<Coefficients<Node>>;
    readonly calls: readonly ModelCall[];
  },
): TracedStep {
  const nodes = graph();
  const time = nodes.symbol('t');
  const before = nodes.symbol('before');
  const state = Array.from({ length: shape.dimension }, (_, i) => nodes.symbol(`x${i}`));
  const noise = Array.from({ length: shape.size }, (_, j) => nodes.symbol(`w${j}`));
  const model = coefficientsOver(nodes);
  const place = {
    h: shape.h,
    t: time,
    before: shape.clamped ? before : undefined,
    y: state,
    noise,
    noiseDimension: shape.noiseDimension,
  };
  const next = stepOnce(() => scheme.step(stepInput(nodes, place, model.coefficients)), scheme.name);
  requireState(next, scheme.name, shape.dimension);
  const wrong = next.findIndex((value) => value?.operands === undefined);
  if (wrong >= 0) throw notNode(next[wrong], `defineScheme({ step }) of ${scheme.name}`);
  return { graph: nodes, time, before, state, noise, next, calls: model.calls };
}

/** What a step throws is a fault of the step: it says whose. */
export function stepOnce<T>(take: () => T, name: string): T {
  try {
    return take();
  } catch (cause) {
    if (cause instanceof SdeError) throw cause;
    throw new SdeError(
      'value',
      {
        what: `the step of ${name} fails`,
        where: 'defineScheme({ step })',
        expected: 'a function of its input alone: algebra, h, y, dW, time, drift, diffusion, …',
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: 'take what it needs from its one argument, and compute with the operations of the algebra',
      },
      { cause },
    );
  }
}

/** Refuses what is no state: a step that forgot to return, or returned another number of components. */
export function requireState(next: readonly unknown[] | undefined, name: string, dimension: number): void {
  const shape = Array.isArray(next)
    ? `shape (${next.length})${next.includes(undefined) ? ' with gaps' : ''}`
    : describe(next);
  if (Array.isArray(next) && next.length === dimension && !next.includes(undefined)) return;
  throw new SdeError('shape', {
    what: `the step of ${name} does not give a state`,
    where: 'defineScheme({ step })',
    expected: `shape (${dimension}), a value for each component of y`,
    got: shape,
    remedy: 'return one value for each component: return y.map((value, i) => …)',
  });
}
