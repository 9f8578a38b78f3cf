import { type Graph, graph, type Node } from '../expression/graph.js';
import type { TracedScheme } from '../schemes/scheme.js';
import { stepInput } from './step-input.js';
import { type CoefficientNodes, symbolicCoefficients } from './symbolic-coefficients.js';

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
}

/** Records a scheme's step in a fresh graph. h becomes a constant, and everything that depends on constants alone folds. */
export function traceStep(
  scheme: TracedScheme,
  model: CoefficientNodes,
  options: { readonly h: number; readonly size: number; readonly clamped: boolean },
): TracedStep {
  const nodes = graph();
  const time = nodes.symbol('t');
  const before = nodes.symbol('before');
  const state = model.state.map((_, i) => nodes.symbol(`x${i}`));
  const noise = Array.from({ length: options.size }, (_, j) => nodes.symbol(`w${j}`));
  const next = scheme.step(
    stepInput(
      nodes,
      {
        h: options.h,
        t: time,
        before: options.clamped ? before : undefined,
        y: state,
        noise,
        noiseDimension: model.diffusion[0].length,
      },
      symbolicCoefficients(model, nodes),
    ),
  );
  return { graph: nodes, time, before, state, noise, next };
}
