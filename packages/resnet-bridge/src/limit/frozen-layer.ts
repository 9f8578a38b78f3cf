import type { Branch } from '../network/residual-network.js';

/** Terms of the Taylor series of a step: with ‖A‖ step ≤ ½ the next one is below rounding. */
export const TERMS = 17;
const REACH = 0.5;

/**
 * A layer whose units are held on their sides: x' = A x + b, with its Taylor series at one point, and that of every unit's argument z.
 *
 * Units whose U_k or V_k vanishes have no kink that anything depends on, and are left out of `each`.
 */
export interface FrozenLayer {
  /** Of every branch, shape (width): 1 where the unit is on its right side. To be changed by the caller. */
  readonly sides: readonly Uint8Array[];
  /** Takes the sides of z at x. */
  sideWith(x: Float64Array): void;
  /** Expands about x. */
  moveTo(x: Float64Array): void;
  /** Expands about x; returns a step that the series is good for, `longest` at most. */
  step(x: Float64Array, longest: number): number;
  /** x along the series that was last expanded, after a time. */
  advance(time: number, x: Float64Array): void;
  /** Coefficient j of z(t) = Σ_j z_j t^j. */
  argument(branch: number, unit: number, j: number): number;
  /** |U_k| |x'|: the speed of z if the path met the kink at a right angle. */
  fastest(branch: number, unit: number): number;
  each(visit: (of: { readonly branch: number; readonly unit: number; readonly size: number }) => void): void;
}

/** A layer of branches with ψ(z) = left z or right z; `size` of a unit is that of the terms of its z at the expanded point. */
export function frozenLayer(
  branches: readonly Branch[],
  d: number,
  slopes: { readonly left: number; readonly right: number },
): FrozenLayer {
  const sides = branches.map(({ c }) => new Uint8Array(c.length));
  const A = new Float64Array(d * d);
  const b = new Float64Array(d);
  const terms = Array.from({ length: TERMS }, () => new Float64Array(d));
  const units = branches.flatMap(({ U, c, V }, branch) =>
    Array.from(c, (_, unit) => ({ branch, unit, width: c.length, U: U.subarray(unit * d, (unit + 1) * d) })).filter(
      ({ unit, width, U: row }) =>
        row.some((u) => u !== 0) && Array.from({ length: d }, (_, i) => V[i * width + unit]).some((v) => v !== 0),
    ),
  );
  const slopeOf = (branch: number, unit: number): number => (sides[branch][unit] === 1 ? slopes.right : slopes.left);

  const assemble = (): void => {
    A.fill(0);
    b.fill(0);
    branches.forEach(({ U, c, V, d: offset }, branch) => {
      const width = c.length;
      for (let i = 0; i < d; i++) {
        b[i] += offset[i];
        for (let k = 0; k < width; k++) {
          const factor = V[i * width + k] * slopeOf(branch, k);
          b[i] += factor * c[k];
          for (let j = 0; j < d; j++) A[i * d + j] += factor * U[k * d + j];
        }
      }
    });
  };
  /** terms[j] = x^(j) / j!. */
  const moveTo = (x: Float64Array): void => {
    assemble();
    terms[0].set(x);
    for (let order = 1; order < TERMS; order++) {
      const [from, into] = [terms[order - 1], terms[order]];
      for (let i = 0; i < d; i++) {
        let sum = order === 1 ? b[i] : 0;
        for (let j = 0; j < d; j++) sum += A[i * d + j] * from[j];
        into[i] = sum / order;
      }
    }
  };
  const dot = (row: ArrayLike<number>, x: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += row[j] * x[j];
    return sum;
  };
  const row = (branch: number, unit: number): Float64Array => branches[branch].U.subarray(unit * d, (unit + 1) * d);

  return {
    sides,
    sideWith(x) {
      branches.forEach(({ c }, branch) => {
        for (let k = 0; k < c.length; k++) sides[branch][k] = dot(row(branch, k), x) + c[k] > 0 ? 1 : 0;
      });
    },
    moveTo,
    step(x, longest) {
      moveTo(x);
      const norm = Math.sqrt(A.reduce((sum, a) => sum + a * a, 0));
      return norm * longest <= REACH ? longest : Math.min(longest, REACH / norm);
    },
    advance(time, x) {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let order = TERMS - 1; order >= 0; order--) sum = sum * time + terms[order][i];
        x[i] = sum;
      }
    },
    argument: (branch, unit, j) => dot(row(branch, unit), terms[j]) + (j === 0 ? branches[branch].c[unit] : 0),
    fastest: (branch, unit) => Math.sqrt(dot(row(branch, unit), row(branch, unit)) * dot(terms[1], terms[1])),
    each(visit) {
      for (const { branch, unit, U } of units) {
        let size = Math.abs(branches[branch].c[unit]);
        for (let j = 0; j < d; j++) size += Math.abs(U[j]) * (Math.abs(terms[0][j]) + Math.abs(terms[1][j]));
        visit({ branch, unit, size });
      }
    },
  };
}
