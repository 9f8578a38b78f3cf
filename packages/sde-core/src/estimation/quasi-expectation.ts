import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { momentsOf } from '../numerics/moments.js';
import { normalQuantile } from '../numerics/normal.js';
import type { Chain } from '../paths/chain.js';
import { program } from '../paths/program.js';
import { bridgeOrder } from '../randomness/bridge-order.js';
import { fold, type Key, keyRecord } from '../randomness/key.js';
import { type Sobol, sobol } from '../randomness/sobol.js';
import { type Functional, type FunctionalRecord, recordOf } from './functional.js';
import { VERSION } from './version.js';

/** A mean over randomizations of a low-discrepancy sequence: plain data, and what {@link confidence} takes. */
export interface QuasiEstimate {
  readonly mean: number;
  /** Of the mean, from the scatter of the randomizations alone. */
  readonly standardError: number;
  /** Of one path's value, pooled: what independent paths would have had. */
  readonly variance: number;
  /** Points times randomizations. */
  readonly paths: number;
  /** Paths whose value was not finite: they are not in the mean. */
  readonly nonFinite: number;
  /** Randomizations less one. */
  readonly degreesOfFreedom: number;
  /** Variance of as many independent paths over that of this mean: by what factor the sequence saves paths. */
  readonly gain: number;
  readonly provenance: QuasiProvenance;
}

/** Enough to compute a quasi-expectation again: with the chain that `program` was made of, {@link rerun} gives the same bits. */
export interface QuasiProvenance {
  readonly kind: 'quasi';
  /** Hash of chain and functional, as that of a sampled estimate. */
  readonly program: string;
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly points: number;
  readonly randomizations: number;
  readonly version: string;
}

/** How a quasi-expectation is made. */
export interface QuasiOptions {
  /** Of each randomization: a power of two. */
  readonly points: number;
  /** Default 16. */
  readonly randomizations?: number;
  readonly key: Key;
  /** Called after each randomization. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * E φ(X_N) by randomized quasi-Monte Carlo: the mean over R scramblings of Sobol's first 2^k points, with an honest interval.
 *
 * The N·(random variables a step) normals of a path are one point of the cube by the normal quantile, in Brownian-bridge order. Each randomization
 * has its own key and is unbiased; the standard error is that of R independent means, so that the interval is Student's with R − 1 degrees of freedom.
 * For smooth φ of few effective dimensions it falls like 2^(−3k/2) up to logarithms, and never much above that of independent paths. Runs on the
 * calling thread. Cost: R · 2^k · N steps, five counters a variable.
 *
 * @throws SdeError `value` for points that are not a power of two, or fewer than two randomizations; `unsupported` for a driver that is not Gaussian,
 * or of more than 128 variables in all steps; `cancelled` when the signal aborts.
 * @see [owen1997]
 * @see [lecuyer2018]
 *
 * @example
 * ```ts
 * import { confidence, discretize, eulerMaruyama, key, problem, quasiExpectation, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
 * const estimate = await quasiExpectation(chain, terminal('x'), { points: 256, key: key(1) });
 * const { low, high } = confidence(estimate, 0.99);
 * low < 0.875 ** 8 && 0.875 ** 8 < high; // → true
 * estimate.gain > 100; // → true
 * ```
 */
export async function quasiExpectation(
  chain: Chain,
  functional: Functional,
  options: QuasiOptions,
): Promise<QuasiEstimate> {
  const { points, randomizations = 16, key, onProgress, signal } = options;
  requireOptions(chain, options);
  const phi = functional.on(chain);
  const dimension = chain.steps * chain.driver.size;
  const walk = walker(chain, phi.value);
  const means: number[] = [];
  const values = new Float64Array(points);
  let nonFinite = 0;
  let within = 0;
  let unpaused = PAUSE;
  for (let r = 0; r < randomizations; r++) {
    if (unpaused >= PAUSE) {
      await turn();
      unpaused = 0;
    }
    unpaused += points * chain.steps;
    if (signal?.aborted) throw cancelled(signal.reason);
    const sequence = sobol({ dimension, key: fold(key, 'randomization', r) });
    for (let i = 0; i < points; i++) values[i] = walk(sequence, i);
    const moments = momentsOf(values);
    nonFinite += moments.nonFinite;
    within += moments.m2;
    means.push(moments.count > 0 ? moments.mean : Number.NaN);
    onProgress?.({ done: r + 1, total: randomizations });
  }
  const over = momentsOf(means);
  const paths = points * randomizations;
  const count = paths - nonFinite;
  // Scatter within the randomizations and between them.
  const variance = (within + points * over.m2) / Math.max(1, count - 1);
  const standardError = over.count > 1 ? Math.sqrt(over.m2 / (over.count - 1) / over.count) : Number.POSITIVE_INFINITY;
  return {
    mean: over.count > 0 ? over.mean : Number.NaN,
    standardError,
    variance,
    paths,
    nonFinite,
    degreesOfFreedom: Math.max(0, over.count - 1),
    gain: standardError > 0 ? variance / count / standardError ** 2 : 1,
    provenance: {
      kind: 'quasi',
      program: program(chain, phi).hash,
      chain: chain.name,
      functional: recordOf(functional),
      key: keyRecord(key),
      points,
      randomizations,
      version: VERSION,
    },
  };
}

/** The value of the path of a point. */
function walker(chain: Chain, value: (x: Float64Array) => number): (points: Sobol, index: number) => number {
  const { steps, driver, dimension } = chain;
  const { size } = driver;
  const bridge = bridgeOrder(steps, size);
  const normals = new Float64Array(steps * size);
  const noise = new Float64Array(steps * size);
  const [even, odd] = [new Float64Array(dimension), new Float64Array(dimension)];
  return (points, index) => {
    points.point(index, normals);
    for (let i = 0; i < normals.length; i++) normals[i] = normalQuantile(normals[i]);
    bridge(normals, noise);
    even.set(chain.x0);
    for (let n = 0; n < steps; n++) {
      const xi = noise.subarray(n * size, (n + 1) * size);
      if (n % 2 === 0) chain.step(n, even, xi, odd);
      else chain.step(n, odd, xi, even);
    }
    const end = steps % 2 === 0 ? even : odd;
    return end.every(Number.isFinite) ? value(end) : Number.NaN;
  };
}

function requireOptions({ driver, steps }: Chain, { points, randomizations = 16, key }: QuasiOptions): void {
  const where = (field: string): string => `quasiExpectation(chain, functional, { ${field} })`;
  requireInteger(points, 2, where('points'), 'take a power of two');
  requireInteger(randomizations, 2, where('randomizations'), 'take at least two: their scatter is the error');
  if (!Number.isInteger(Math.log2(points)) || points > 2 ** 32) {
    throw new SdeError('value', {
      what: 'points that are no net',
      where: where('points'),
      expected: 'a power of two up to 2³²',
      got: describe(points),
      remedy: `take ${2 ** Math.round(Math.log2(points))}`,
    });
  }
  if (key?.words?.length !== 2) {
    throw new SdeError('value', {
      what: 'no key',
      where: where('key'),
      expected: 'a key, the only source of randomness',
      got: describe(key),
      remedy: 'give key: key(1)',
    });
  }
  const other = driver.laws.find(({ kind }) => kind !== 'gaussian');
  if (other === undefined && driver.size > 0 && steps * driver.size <= 128) return;
  throw new SdeError('unsupported', {
    what: other === undefined ? 'a path that is no point of the sequence' : 'noise that is not Gaussian',
    where: 'quasiExpectation(chain, functional)',
    expected: 'a Gaussian driver with 1 to 128 random variables in all steps',
    got: other === undefined ? `${steps} steps of ${driver.size} variables` : describe(other.kind),
    remedy:
      other === undefined
        ? 'take fewer steps of a scheme of higher order'
        : 'take Gaussian increments, or expectation(…)',
  });
}

/** Path-steps between two pauses: a timer takes about a millisecond, and short randomizations would wait for nothing else. */
const PAUSE = 100_000;

/** Lets timers and other callbacks run. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const cancelled = (reason: unknown): SdeError =>
  new SdeError('cancelled', {
    what: 'the expectation was cancelled',
    where: 'quasiExpectation(chain, functional, { signal })',
    expected: 'a signal that is not aborted',
    got: reason instanceof Error ? reason.message : String(reason),
    remedy: 'nothing to do, if you cancelled it',
  });
