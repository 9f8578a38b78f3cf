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
  const { fine, coarse } = copiesOf(pair, phi);
  const difference = weighted(`difference of ${phi.name}`, [...fine, coarse], [...fine.map(() => 1 / fine.length), -1]);
  return { difference, fine: fine[0], coarse };
}

/** A functional on each copy of a pair: on the fine one, and on its antithetic twin if there is one; and on the coarse one. */
export function copiesOf(
  pair: CoupledChain,
  phi: Functional,
): { readonly fine: readonly TerminalFunctional[]; readonly coarse: TerminalFunctional } {
  const d = pair.coarse.dimension;
  const last = pair.dimension / d - 1;
  const fine = Array.from({ length: last }, (_, copy) => onCopy(pair.fine, phi, copy, d));
  return { fine, coarse: onCopy(pair.coarse, phi, last, d) };
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

/** Σ weight · part. Traced where all parts are. */
export function weighted(
  name: string,
  parts: readonly TerminalFunctional[],
  weights: readonly number[],
): TerminalFunctional {
  const traces = parts.flatMap(({ trace }) => (trace ? [trace] : []));
  return {
    name,
    value: (x) => parts.reduce((sum, part, i) => sum + weights[i] * part.value(x), 0),
    ...(traces.length === parts.length && {
      trace: (graph: Graph, state: readonly Node[]) =>
        traces
          .map((trace, i) => graph.multiply(graph.constant(weights[i]), trace(graph, state)))
          .reduce((sum, term) => graph.add(sum, term)),
    }),
  };
}
