import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { derivative } from '../expression/differentiate.js';
import type { Graph, Node } from '../expression/graph.js';
import { isZero } from '../expression/normal-form.js';
import { symbolsOf } from '../expression/order.js';

/** Structure of σ that a scheme may need. Several can hold at once; `kind` is the most specific one, in the order written. */
export interface NoiseStructure {
  readonly kind: 'additive' | 'scalar' | 'diagonal' | 'commutative' | 'general';
  /** σ does not depend on the state. */
  readonly additive: boolean;
  /** One Wiener process. */
  readonly scalar: boolean;
  /** d = m, σ is a diagonal matrix, and σ_ii depends on x_i and t alone. */
  readonly diagonal: boolean;
  /** L^j b^k = L^k b^j for all columns. */
  readonly commutative: boolean;
  /** Who says so: the caller, the graph of σ, or values of σ at fixed points to rounding. */
  readonly decided: 'declared' | 'symbolically' | 'numerically';
}

/** The structures that can be declared or found. */
export type NoiseKind = NoiseStructure['kind'];

/** The structure that a caller declares for coefficients given as closures. */
export function declaredNoise(kind: NoiseKind | undefined, dimension: number, noiseDimension: number): NoiseStructure {
  const declared = kind !== undefined ? kind : noiseDimension === 1 ? 'scalar' : 'general';
  const mismatch = (expected: string): SdeError =>
    new SdeError('shape', {
      what: `noise that is not ${declared}`,
      where: 'model({ noise })',
      expected,
      got: `dimension ${dimension}, noiseDimension ${noiseDimension}`,
      remedy: 'declare the structure that the diffusion has, or leave it out',
    });
  switch (declared) {
    case 'additive':
    case 'commutative':
    case 'general':
      break;
    case 'scalar':
      if (noiseDimension !== 1) throw mismatch('noiseDimension 1');
      break;
    case 'diagonal':
      if (noiseDimension !== dimension) throw mismatch('as many Wiener processes as states');
      break;
    default:
      declared satisfies never;
      throw new SdeError('value', {
        what: 'unknown noise structure',
        where: 'model({ noise })',
        expected: "'additive', 'scalar', 'diagonal', 'commutative' or 'general'",
        got: describe(declared),
        remedy: 'declare one of these, or leave it out',
      });
  }
  const flags = {
    additive: declared === 'additive',
    scalar: noiseDimension === 1,
    diagonal: declared === 'diagonal' || (dimension === 1 && noiseDimension === 1),
  };
  const commutative = flags.additive || flags.scalar || flags.diagonal || declared === 'commutative';
  return Object.freeze({ ...flags, commutative, kind: mostSpecific({ ...flags, commutative }), decided: 'declared' });
}

/** σ as a graph: shape (d, m), row-major. */
export interface DiffusionGraph {
  readonly graph: Graph;
  readonly stateNodes: readonly Node[];
  readonly noiseDimension: number;
  readonly diffusionNodes: readonly Node[];
}

/**
 * The structure of σ, from what its entries depend on.
 *
 * Commutativity is L^j b^k = L^k b^j, decided by collecting like terms where that leaves 0, and otherwise at 64 fixed
 * points to rounding: `decided` says which.
 */
export function noiseStructure(sigma: DiffusionGraph): NoiseStructure {
  const { stateNodes, noiseDimension: m, diffusionNodes } = sigma;
  const d = stateNodes.length;
  const dependence = diffusionNodes.map((entry) => symbolsOf(entry).filter((symbol) => stateNodes.includes(symbol)));
  const additive = dependence.every((symbols) => symbols.length === 0);
  const scalar = m === 1;
  const diagonal =
    d === m &&
    diffusionNodes.every((entry, index) => {
      const [row, column] = [Math.floor(index / m), index % m];
      if (row !== column) return entry.operation === 'constant' && entry.value === 0;
      return dependence[index].every((symbol) => symbol === stateNodes[row]);
    });
  const commutation = additive || scalar || diagonal ? 'symbolically' : commutes(sigma);
  const commutative = commutation !== 'no';
  return Object.freeze({
    kind: mostSpecific({ additive, scalar, diagonal, commutative }),
    additive,
    scalar,
    diagonal,
    commutative,
    decided: commutation === 'numerically' ? 'numerically' : 'symbolically',
  });
}

function mostSpecific(flags: Pick<NoiseStructure, 'additive' | 'scalar' | 'diagonal' | 'commutative'>): NoiseKind {
  if (flags.additive) return 'additive';
  if (flags.scalar) return 'scalar';
  if (flags.diagonal) return 'diagonal';
  return flags.commutative ? 'commutative' : 'general';
}

function commutes(sigma: DiffusionGraph): 'symbolically' | 'numerically' | 'no' {
  const { graph, stateNodes, noiseDimension: m, diffusionNodes } = sigma;
  const d = stateNodes.length;
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  let how: 'symbolically' | 'numerically' = 'symbolically';
  for (let j = 0; j < m; j++) {
    for (let k = j + 1; k < m; k++) {
      for (let i = 0; i < d; i++) {
        let difference = graph.constant(0);
        for (let l = 0; l < d; l++) {
          // (L^j b^k)_i = Σ_l σ_lj ∂_l σ_ik
          const forward = graph.multiply(diffusionNodes[l * m + j], slopes[l](diffusionNodes[i * m + k]));
          const backward = graph.multiply(diffusionNodes[l * m + k], slopes[l](diffusionNodes[i * m + j]));
          difference = graph.add(difference, graph.subtract(forward, backward));
        }
        const zero = isZero(graph, difference);
        if (zero === 'no') return 'no';
        if (zero === 'numerically') how = 'numerically';
      }
    }
  }
  return how;
}
