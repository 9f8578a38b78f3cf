import type { OneStep, Stage } from '../stepping/stepping.js';
import { scratchOf } from '../stepping/sweep.js';
import type { CoefficientSensitivity } from './coefficient-sensitivity.js';
import { pairing, recorder, stepRecord, unmatched } from './step-record.js';

/** Of the sizes of what the operations bring, a difference that no wrong pair explains: with solves to rounding, and to a tolerance; empirical. */
const [EXACT, ITERATIVE] = [2 ** -16, 2 ** -6];
/** Of the sizes of what a step makes, a difference that is rounding. */
const ROUNDING = 2 ** -44;

/**
 * Refuses a step whose transpose pairs its operations otherwise than the step took them: gradients would be wrong, though ⟨step(u), ρ⟩ were not.
 *
 * With something of its own added to the result of every operation, δ_i, a step comes out by Σ_i ⟨w_i, δ_i⟩ differently when tested against ρ, w_i being the
 * adjoints that the transposed step finds for the same operations. Both sides are computed, for vectors that look like chance. `exact`: solves are, to rounding. Cost: two steps and a
 * transposed one.
 *
 * @throws SdeError `unsupported`.
 */
export function requireMirrored(method: OneStep, stage: Stage, dt: number, size: number, exact: boolean): void {
  const scratch = scratchOf(size);
  const [u, rho] = [chance(size, 1), chance(size, 2)];
  const forcings = new Map<number, Float64Array>();
  const forcing = (fraction: number): Float64Array => {
    const known = forcings.get(fraction) ?? chance(size, 3 + forcings.size);
    forcings.set(fraction, known);
    return known;
  };
  const disturbance = { operation: (index: number) => chance(size, 1000 + index), forcing };
  const record = stepRecord();
  const [plain, disturbed] = [u.slice(), u];
  recorder(scratch).step(method, stage, dt, plain, record);
  recorder(scratch, disturbance).step(method, stage, dt, disturbed, record);
  let [difference, scale] = [0, 0];
  for (let p = 0; p < size; p++) {
    difference += (disturbed[p] - plain[p]) * rho[p];
    scale += (Math.abs(disturbed[p]) + Math.abs(plain[p])) * Math.abs(rho[p]);
  }
  let [sum, terms] = [0, 0];
  const add = (factor: number, left: Float64Array, right: Float64Array): void => {
    for (let p = 0; p < size; p++) {
      const term = factor * left[p] * right[p];
      sum += term;
      terms += Math.abs(term);
    }
  };
  const into = (fraction: number): CoefficientSensitivity => ({
    arrays: [],
    direction: (_, one, other) => {
      add(one.factor, one.left, one.right);
      if (other) add(other.factor, other.left, other.right);
    },
    mixed: add,
    forcing: (factor, left) => add(factor, left, forcing(fraction)),
    restart: () => {},
    finish: () => {},
  });
  pairing(scratch).step(method, stage, dt, rho, record, into);
  if (Math.abs(sum - difference) <= (exact ? EXACT : ITERATIVE) * terms + ROUNDING * scale) return;
  throw unmatched(`adjoints by which its results change by ${sum} where they change by ${difference}`);
}

/** Numbers between −½ and ½ without a pattern that a step could know. */
function chance(size: number, stream: number): Float64Array {
  let state = Math.imul(stream, 0x9e3779b1) | 1;
  return Float64Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 - 1 / 2;
  });
}
