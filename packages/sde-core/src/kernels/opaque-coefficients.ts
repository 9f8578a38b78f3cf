import type { Graph, Node } from '../expression/graph.js';
import type { Model } from '../models/model.js';
import { alongNoise, type Coefficients } from './coefficients.js';

/** One evaluation of a closure of the model, where a step needs it: its results are symbols that stand for its answers. */
export interface ModelCall {
  readonly coefficient: 'drift' | 'diffusion' | 'diffusionJacobian';
  readonly t: Node;
  /** Shape (d). */
  readonly x: readonly Node[];
  /** As the closure writes them, row-major. */
  readonly results: readonly Node[];
}

/**
 * The coefficients of a model made of closures, to be traced: each evaluation is recorded as a call, once for equal
 * arguments. The arithmetic around the calls is compiled; the calls stay calls.
 */
export function opaqueCoefficients(
  model: Model,
  nodes: Graph,
): { readonly coefficients: Partial<Coefficients<Node>>; readonly calls: readonly ModelCall[] } {
  const { dimension: d, noiseDimension: m } = model;
  const calls = new Map<string, ModelCall>();
  const call = (coefficient: ModelCall['coefficient'], size: number, t: Node, x: readonly Node[]): readonly Node[] => {
    const signature = `${coefficient}(${[t, ...x].map((node) => node.id).join()})`;
    const known = calls.get(signature);
    if (known) return known.results;
    const index = calls.size;
    const results = Array.from({ length: size }, (_, i) => nodes.symbol(`call${index}[${i}]`));
    calls.set(signature, { coefficient, t, x, results });
    return results;
  };
  const columns = (t: Node, x: readonly Node[]): Node[][] => {
    const sigma = call('diffusion', d * m, t, x);
    return Array.from({ length: m }, (_, k) => Array.from({ length: d }, (_, i) => sigma[i * m + k]));
  };
  return {
    get calls() {
      return [...calls.values()];
    },
    coefficients: {
      drift: (t, x) => call('drift', d, t, x),
      diffusion: columns,
      ...(model.diffusionJacobian && {
        diffusionAlongNoise(t: Node, x: readonly Node[]) {
          const sigma = columns(t, x);
          const jacobian = call('diffusionJacobian', d * m * d, t, x);
          return alongNoise(nodes, sigma, (i, k, l) => jacobian[(i * m + k) * d + l]);
        },
      }),
    },
  };
}
