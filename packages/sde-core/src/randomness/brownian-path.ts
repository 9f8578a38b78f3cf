import { describe, requireFinite, requireInteger, requireLength } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { powerOfTwo } from '../numerics/bits.js';
import { MOST_COMPONENTS } from './counter.js';
import { fold, type Key, requireKey } from './key.js';
import { gaussian } from './law.js';
import { philoxNoise } from './philox-noise.js';
import { windowStream } from './window.js';

/** One Brownian path on [t0, T] that can be read on every dyadic grid: level l has 2^l equal steps. */
export interface BrownianPath {
  /** m. */
  readonly noiseDimension: number;
  readonly t0: number;
  readonly T: number;
  /** Step of a level: (T − t0)/2^level. */
  step(level: number): number;
  /**
   * The standardized noise of step n, shape (m) or (2m): ξ = ΔW/√h, then ζ with ∫ (W − W_n) ds = ½ h (ΔW + √h ζ/√3). It is what a chain of
   * Gaussian increments (m), or of those and their time integrals (2m), takes as `noise`.
   */
  noise(level: number, n: number, out: Float64Array): void;
  /** W(t_(n+1)) − W(t_n), shape (m). */
  increment(level: number, n: number, out: Float64Array): void;
  /** ∫ (W(s) − W(t_n)) ds over step n, shape (m). */
  timeIntegral(level: number, n: number, out: Float64Array): void;
}

/** What {@link brownianPath} takes. */
export interface BrownianPathOptions {
  readonly key: Key;
  /** m. */
  readonly noiseDimension: number;
  readonly T: number;
  /** Default 0. */
  readonly t0?: number;
  /** Its index, default 0. */
  readonly path?: number;
}

/** A node of the tree is numbered 2^level + n, in 32 bits. */
const FINEST = 30;
const ROOT_3 = Math.sqrt(3);

/**
 * A Brownian path that can be refined: the same path at any step, with its time integrals; a coarse increment is the sum of its two fine ones.
 *
 * A step's (ξ, ζ) splits into those of its halves by an orthogonal map of (ξ, ζ, a, b), with a, b new normals of the node:
 * ξ₁,₂ = (ξ ± (√3 ζ + b)/2)/√2, ζ₁,₂ = ((ζ − √3 b)/2 ± a)/√2. So the law is exact on every level, and the path is a function of (key, t0, path,
 * component, node) alone: neither the order of reading nor other components change it. Sums agree to rounding, a few units a level. Cost: two
 * normals a component and step in order, `level` times that out of order; memory (2m) a level.
 *
 * @param options - `path`, an index, default 0; `noiseDimension` m; the interval from `t0`, default 0, to `T`.
 * @throws SdeError `value` for an interval that is empty or sizes out of range; on reading, for a level above 30 or a step outside of it, `shape`
 * for an array of another length.
 * @see [levy1948]
 * @see [kloeden1992, (10.4.3)]
 *
 * @example
 * ```ts
 * import { brownianPath, key } from 'sde-core';
 * const path = brownianPath({ key: key(1), noiseDimension: 1, T: 1 });
 * const [whole, left, right] = [0, 0, 0].map(() => new Float64Array(1));
 * path.increment(3, 5, whole);
 * path.increment(4, 10, left);
 * path.increment(4, 11, right);
 * Math.abs(whole[0] - left[0] - right[0]) < 1e-15; // → true
 * ```
 */
export function brownianPath(options: BrownianPathOptions): BrownianPath {
  const fields = { key: true, noiseDimension: true, T: true, t0: true, path: true } as const;
  requireKeys<BrownianPathOptions>(options, fields, 'brownianPath({ … })');
  const { key, noiseDimension: m, T, t0 = 0, path = 0 } = options ?? {};
  requireKey(key, 'brownianPath({ key })');
  const where = (field: string): string => `brownianPath({ ${field} })`;
  requireInteger(m, 1, where('noiseDimension'), 'take at least one Wiener process', MOST_COMPONENTS);
  requireInteger(path, 0, where('path'), 'number paths from 0');
  requireFinite(t0, where('t0'), 'give the time that the path starts at');
  if (!(Number.isFinite(T) && T > t0)) throw emptyInterval(t0, T);
  const source = philoxNoise.source(
    Array.from({ length: m }, () => gaussian),
    fold({ ...key, ...windowStream(key, t0) }, 'brownian path').words,
  );
  const fresh = new Float64Array(2 * m);
  // The steps from the root to the last one read: reading in order splits one or two of them.
  const known: { index: number; readonly noise: Float64Array }[] = [];

  const step = (level: number): number => (T - t0) / powerOfTwo(level);
  const node = (level: number, n: number): Float64Array => {
    for (let l = 0; l <= level; l++) {
      const index = Math.floor(n / powerOfTwo(level - l));
      if (l === known.length) known.push({ index: -1, noise: new Float64Array(2 * m) });
      const here = known[l];
      if (here.index === index) continue;
      for (let finer = l; finer < known.length; finer++) known[finer].index = -1;
      if (l === 0) source(path, 0, here.noise);
      else {
        source(path, powerOfTwo(l - 1) + (index >>> 1), fresh);
        half(known[l - 1].noise, fresh, index % 2 === 0 ? 1 : -1, here.noise);
      }
      here.index = index;
    }
    return known[level].noise;
  };
  const read = (level: number, n: number): Float64Array => {
    requireInteger(level, 0, 'brownianPath.noise(level, n)', 'the whole interval is level 0');
    requireInteger(n, 0, 'brownianPath.noise(level, n)', 'number steps from 0');
    if (level > FINEST || n >= powerOfTwo(level)) throw noSuchStep(level, n);
    return node(level, n);
  };

  return Object.freeze<BrownianPath>({
    noiseDimension: m,
    t0,
    T,
    step,
    noise(level, n, out) {
      if (out.length !== m)
        requireLength(out, 2 * m, 'brownianPath.noise(level, n, out)', `give ${m} or ${2 * m} places`);
      out.set(read(level, n).subarray(0, out.length));
    },
    increment(level, n, out) {
      requireLength(out, m, 'brownianPath.increment(level, n, out)', `give ${m} places`);
      const noise = read(level, n);
      const scale = Math.sqrt(step(level));
      for (let j = 0; j < m; j++) out[j] = scale * noise[j];
    },
    timeIntegral(level, n, out) {
      requireLength(out, m, 'brownianPath.timeIntegral(level, n, out)', `give ${m} places`);
      const noise = read(level, n);
      const scale = (step(level) * Math.sqrt(step(level))) / 2;
      for (let j = 0; j < m; j++) out[j] = scale * (noise[j] + noise[m + j] / ROOT_3);
    },
  });
}

/** (ξ, ζ) of the left half (side 1) or the right one (−1), from those of the whole and the node's own two normals, shape (2, m) each. */
function half(whole: Float64Array, fresh: Float64Array, side: 1 | -1, out: Float64Array): void {
  const m = out.length / 2;
  for (let j = 0; j < m; j++) {
    const [xi, zeta, a, b] = [whole[j], whole[m + j], fresh[j], fresh[m + j]];
    out[j] = Math.SQRT1_2 * (xi + (side * (ROOT_3 * zeta + b)) / 2);
    out[m + j] = Math.SQRT1_2 * ((zeta - ROOT_3 * b) / 2 + side * a);
  }
}

const emptyInterval = (t0: number, T: number): SdeError =>
  new SdeError('value', {
    what: 'an empty interval of time',
    where: 'brownianPath({ t0, T })',
    expected: 'a finite T > t0',
    got: `t0 = ${describe(t0)}, T = ${describe(T)}`,
    remedy: 'give the end of the path after its start',
  });

const noSuchStep = (level: number, n: number): SdeError =>
  new SdeError('value', {
    what: 'no such step of a Brownian path',
    where: 'brownianPath.noise(level, n)',
    expected: `level ≤ ${FINEST}, n < 2^level`,
    got: `level ${level}, n = ${n}`,
    remedy: 'number the 2^level steps of a level from 0',
  });
