import type { Graph, Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { numericCoefficients } from '../kernels/coefficients.js';
import { coefficientNodes, symbolicCoefficients } from '../kernels/symbolic-coefficients.js';
import type { Model } from '../models/model.js';
import { isSymbolicModel } from '../models/symbolic.js';
import type { ChainDiffusion } from './chain.js';

/** σ of a model, over numbers and over nodes. */
export function diffusionOf(model: Model): ChainDiffusion {
  const { diffusion: closures } = numericCoefficients(model, numbers);
  return {
    at: (t, x) => closures?.(t, Array.from(x)) ?? [],
    ...(isSymbolicModel(model) && {
      nodes: (graph: Graph, t: Node, x: readonly Node[]) =>
        symbolicCoefficients(coefficientNodes(model), graph).diffusion(t, x),
    }),
  };
}
