import { problem } from '../models/problem.js';
import type { SymbolicModel } from '../models/symbolic.js';
import { square } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import { discretize } from '../paths/discretize.js';
import type { SchemeAreas } from '../schemes/scheme.js';
import type { CertificateModel } from './certificate-models.js';
import { discreteLaw, type WeightedNoise } from './discrete-law.js';
import { type LocalOrder, strongOrderOf } from './local-order.js';

/** Moments of an increment that a square to leading order needs; more are matched where that is cheap. */
const MOMENTS = 3;

/**
 * The strong order of a scheme that makes Lévy areas, exactly: one step of h against two of h/2 on the same increments and true areas, joined by
 * Chen's relation A = A₁ + A₂ + ½ (ΔW₁ ⊗ ΔW₂ − ΔW₂ ⊗ ΔW₁), plus what the error of the area itself moves the step by.
 *
 * True areas enter by values ±h/2, which have their second moments: what does not cancel for these does not for others, and only
 * constants, not powers of h, depend on their law. The error of an area has mean 0 given what the step knows, so squares add.
 */
export function localAreaOrder(
  areas: SchemeAreas,
  { model, points, t0 }: CertificateModel,
  steps: readonly number[],
): LocalOrder | undefined {
  const { dimension: d, noiseDimension: m } = model;
  const [x0] = points;
  let law: readonly WeightedNoise[] | undefined;
  const squares: number[] = [];
  const means: number[] = [];
  for (const h of steps) {
    const p = problem<SymbolicModel>({ model, x0, t0, T: t0 + h });
    const [coarse, fine] = [1, 2].map((count) => discretize(p, areas.given, count));
    const { size, laws } = coarse.driver;
    law ??= discreteLaw([...laws, ...laws], MOMENTS);
    if (!law) return undefined;
    const [middle, end, other] = [0, 1, 2].map(() => new Float64Array(d));
    const sum = new Float64Array(d);
    let square = 0;
    for (const { weight, noise } of law) {
      const [first, second] = [noise.subarray(0, size), noise.subarray(size)];
      fine.step(0, fine.x0, first, middle);
      fine.step(1, middle, second, end);
      coarse.step(0, coarse.x0, joined(first, second, m), other);
      for (let i = 0; i < d; i++) {
        const difference = other[i] - end[i];
        sum[i] += weight * difference;
        square += weight * (difference * difference);
      }
    }
    squares.push(square + areaSquare(coarse, m, areas.error(m, steps[0] / h)));
    means.push(sum.reduce((total, value) => total + Math.abs(value), 0));
  }
  return strongOrderOf(squares, means);
}

/** The variables of a step from those of its halves: (ξ₁ + ξ₂)/√2, and 2 A / h by Chen's relation. */
function joined(first: Float64Array, second: Float64Array, m: number): Float64Array {
  const whole = first.map((value, j) => (j < m ? (value + second[j]) * Math.SQRT1_2 : (value + second[j]) / 2));
  let place = m;
  for (let j = 0; j < m; j++)
    for (let k = j + 1; k < m; k++) whole[place++] += (first[j] * second[k] - second[j] * first[k]) / 2;
  return whole;
}

/** Σ over pairs of |the step with that area off by error · h, minus the step with none|². */
function areaSquare(chain: Chain, m: number, error: number): number {
  const { size } = chain.driver;
  const noise = new Float64Array(size);
  const [plain, moved] = [0, 1].map(() => new Float64Array(chain.dimension));
  chain.step(0, chain.x0, noise, plain);
  let sum = 0;
  for (let place = m; place < size; place++) {
    chain.step(
      0,
      chain.x0,
      noise.map((_, j) => (j === place ? 2 * error : 0)),
      moved,
    );
    moved.forEach((value, i) => {
      sum += square(value - plain[i]);
    });
  }
  return sum;
}
