import type { Graph, Node } from '../expression/graph.js';
import type { Chain } from '../paths/chain.js';
import type { CoupledChain } from '../paths/coupled.js';
import type { TerminalFunctional } from '../paths/program.js';
import type { Functional } from './functional.js';

/** What is computed of the copies of a coupled pair. */
export interface LevelFunctionals {
  /** φ(X_fine) − φ(X_coarse); antithetic: ½ (φ(X_fine) + φ(X_antithetic)) − φ(X_coarse). */
  readonly difference: TerminalFunctional;
  /** φ(X_fine). */
  readonly fine: TerminalFunctional;
  /** φ(X_coarse). */
  readonly coarse: TerminalFunctional;
}

/** A functional on a coupled pair; `phi` under the names of the states of one copy. Traced where it is. */
export function levelFunctionals(pair: CoupledChain, phi: Functional): LevelFunctionals {
  const d = pair.coarse.dimension;
  const copies = pair.dimension / d;
  const fine = onCopy(pair.fine, phi, 0, d);
  const coarse = onCopy(pair.coarse, phi, copies - 1, d);
  if (copies === 2) return { difference: weighted(phi.name, [fine, coarse], [1, -1]), fine, coarse };
  const antithetic = onCopy(pair.fine, phi, 1, d);
  return { difference: weighted(phi.name, [fine, antithetic, coarse], [1 / 2, 1 / 2, -1]), fine, coarse };
}

/** (f − center)², for the fourth central moment of f. */
export function squaredDeviation(f: TerminalFunctional, center: number): TerminalFunctional {
  const { trace } = f;
  return {
    name: `(${f.name} - ${center})^2`,
    value: (x) => (f.value(x) - center) ** 2,
    ...(trace && {
      trace: (graph: Graph, state: readonly Node[]) => {
        const deviation = graph.subtract(trace(graph, state), graph.constant(center));
        return graph.multiply(deviation, deviation);
      },
    }),
  };
}

function onCopy(chain: Chain, phi: Functional, copy: number, d: number): TerminalFunctional {
  const { name, value, trace } = phi.on(chain);
  return {
    name: `${name} of copy ${copy}`,
    value: (x) => value(x.subarray(copy * d, (copy + 1) * d)),
    ...(trace && {
      trace: (graph: Graph, state: readonly Node[]) => trace(graph, state.slice(copy * d, (copy + 1) * d)),
    }),
  };
}

function weighted(name: string, parts: readonly TerminalFunctional[], weights: readonly number[]): TerminalFunctional {
  const traces = parts.flatMap(({ trace }) => (trace ? [trace] : []));
  return {
    name: `difference of ${name}`,
    value: (x) => parts.reduce((sum, part, i) => sum + weights[i] * part.value(x), 0),
    ...(traces.length === parts.length && {
      trace: (graph: Graph, state: readonly Node[]) =>
        traces
          .map((trace, i) => graph.multiply(graph.constant(weights[i]), trace(graph, state)))
          .reduce((sum, term) => graph.add(sum, term)),
    }),
  };
}
