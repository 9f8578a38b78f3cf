import type { ControlBasis } from './control-basis.js';

/** Where the numbers that are chosen stand: θ, shape (rows, q) row-major, then the constants. */
export interface ControlLayout {
  readonly rows: number;
  /** q. */
  readonly controls: number;
  readonly constants: number;
  /** rows · q + constants. */
  readonly size: number;
  /** Writes θ(t) and the constants, shape (q + constants): what the equation sees at time t. */
  read(unknowns: Float64Array, t: number, out: Float64Array): void;
  /** The transpose of `read`: adds what slopes in θ(t) and the constants are in the unknowns. */
  spread(slopes: Float64Array, t: number, out: Float64Array): void;
  /** ½ ∫ |θ|² + |constants|² dt. */
  square(unknowns: Float64Array): number;
  /** Adds factor times its gradient. */
  addSquareGradient(factor: number, unknowns: Float64Array, out: Float64Array): void;
}

/** The layout for q parameters over time and some constants. */
export function controlLayout(basis: ControlBasis, q: number, constants: number, duration: number): ControlLayout {
  const { rows, products } = basis;
  const size = rows * q + constants;
  /** Calls `see` with every pair of entries and the integral of the product of their functions. */
  const eachProduct = (see: (a: number, b: number, product: number) => void): void => {
    products.forEach(([own, next], i) => {
      for (let j = 0; j < q; j++) {
        see(i * q + j, i * q + j, own);
        if (next !== 0) see(i * q + j, (i + 1) * q + j, 2 * next);
      }
    });
    for (let j = rows * q; j < size; j++) see(j, j, duration);
  };
  return {
    rows,
    controls: q,
    constants,
    size,
    read: (unknowns, t, out) => {
      const { first, weights } = basis.at(t);
      for (let j = 0; j < q; j++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * unknowns[(first + i) * q + j];
        out[j] = sum;
      }
      for (let j = 0; j < constants; j++) out[q + j] = unknowns[rows * q + j];
    },
    spread: (slopes, t, out) => {
      const { first, weights } = basis.at(t);
      for (let i = 0; i < weights.length; i++) {
        for (let j = 0; j < q; j++) out[(first + i) * q + j] += weights[i] * slopes[j];
      }
      for (let j = 0; j < constants; j++) out[rows * q + j] += slopes[q + j];
    },
    square: (unknowns) => {
      let sum = 0;
      eachProduct((a, b, product) => {
        sum += product * unknowns[a] * unknowns[b];
      });
      return sum / 2;
    },
    addSquareGradient: (factor, unknowns, out) => {
      eachProduct((a, b, product) => {
        out[a] += (factor * product * unknowns[b]) / 2;
        out[b] += (factor * product * unknowns[a]) / 2;
      });
    },
  };
}
