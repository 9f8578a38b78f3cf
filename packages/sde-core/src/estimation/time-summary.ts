import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type QuantileSketch, quantileSketch } from '../numerics/quantile-sketch.js';
import type { Chain } from '../paths/chain.js';
import { stateNames } from '../paths/state-names.js';
import type { Key } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';

/** One state of an ensemble at one time. */
export interface StateSummary {
  readonly state: string;
  readonly mean: number;
  readonly variance: number;
  /** Shape of `probabilities`. */
  readonly quantiles: readonly number[];
}

/** An ensemble at one time: plain data. */
export interface TimeSummary {
  readonly step: number;
  readonly t: number;
  /** Shape (d). */
  readonly states: readonly StateSummary[];
  /** Paths that have left the finite numbers by then: they are in no summary. */
  readonly nonFinite: number;
}

/**
 * Mean, variance and quantiles of every state over time, in one pass and in memory that no number of paths changes.
 *
 * The paths are those of {@link expectation} under the same key. Quantiles come from a sketch, within `accuracy` of their size. Runs on the
 * calling thread. Cost: paths × steps; memory: steps/every × d sketches.
 *
 * @param options - `every` so many steps is summarized, default 1, the first and the last always; `probabilities`, default 0.05, 0.5, 0.95;
 * `accuracy`, relative, default 0.01.
 * @throws SdeError `value` for options out of range; `cancelled` when the signal aborts.
 * @see [masson2019]
 * @see [chan1983]
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, key, problem, symbolic, timeSummary } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const summaries = await timeSummary(chain, { paths: 1000, key: key(1), every: 5 });
 * summaries.map(({ t }) => t); // → [ 0, 0.5, 1 ]
 * summaries[0].states[0].mean; // → 1
 * ```
 */
export async function timeSummary(
  chain: Chain,
  options: {
    readonly paths: number;
    readonly key: Key;
    readonly every?: number;
    readonly probabilities?: readonly number[];
    readonly accuracy?: number;
    readonly signal?: AbortSignal;
  },
): Promise<readonly TimeSummary[]> {
  const { paths, key, every = 1, probabilities = [0.05, 0.5, 0.95], accuracy = 0.01, signal } = options;
  requireInteger(paths, 1, 'timeSummary(chain, { paths })', 'compute at least one path');
  requireInteger(every, 1, 'timeSummary(chain, { every })', 'summarize every step or fewer');
  requireFractions(probabilities, accuracy);
  const { dimension: d, steps, driver, x0, t0, h } = chain;
  const names = stateNames(chain);
  const recorded = Array.from({ length: steps + 1 }, (_, n) => n).filter((n) => n % every === 0 || n === steps);
  const places = new Map(recorded.map((n) => [n, { nonFinite: 0, states: names.map(() => column(accuracy)) }]));
  const noise = noiseSource(driver.laws, key);
  const xi = new Float64Array(driver.size);
  let [now, next] = [new Float64Array(d), new Float64Array(d)];
  for (let path = 0; path < paths; path++) {
    if (path % PAUSE === 0) await pause(signal);
    now.set(x0);
    for (let n = 0; ; n++) {
      const place = places.get(n);
      if (place) {
        if (now.every(Number.isFinite)) for (let i = 0; i < d; i++) place.states[i].add(now[i]);
        else place.nonFinite++;
      }
      if (n === steps) break;
      noise(path, n, xi);
      chain.step(n, now, xi, next);
      [now, next] = [next, now];
    }
  }
  return [...places].map(([step, { nonFinite, states }]) => ({
    step,
    t: t0 + step * h,
    nonFinite,
    states: states.map((one, i) => ({ state: names[i], ...one.summary(probabilities) })),
  }));
}

/** Paths between two pauses. */
const PAUSE = 1024;

interface Column {
  add(value: number): void;
  summary(probabilities: readonly number[]): Omit<StateSummary, 'state'>;
}

function column(accuracy: number): Column {
  const sketch: QuantileSketch = quantileSketch(accuracy);
  let mean = 0;
  let m2 = 0;
  return {
    add(value) {
      sketch.add(value);
      const delta = value - mean;
      mean += delta / sketch.count;
      m2 += delta * (value - mean);
    },
    summary: (probabilities) => ({
      mean: sketch.count > 0 ? mean : Number.NaN,
      variance: sketch.count > 1 ? m2 / (sketch.count - 1) : Number.NaN,
      quantiles: probabilities.map((p) => sketch.quantile(p)),
    }),
  };
}

/** Lets timers and other callbacks run. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  if (!signal?.aborted) return;
  throw new SdeError('cancelled', {
    what: 'the summary was cancelled',
    where: 'timeSummary(chain, { signal })',
    expected: 'a signal that is not aborted',
    got: signal.reason instanceof Error ? signal.reason.message : String(signal.reason),
    remedy: 'nothing to do, if you cancelled it',
  });
}

function requireFractions(probabilities: readonly number[], accuracy: number): void {
  const wrong = probabilities.find((p) => !(p >= 0 && p <= 1));
  if (wrong === undefined && accuracy > 0 && accuracy < 1) return;
  throw new SdeError('value', {
    what: wrong === undefined ? 'not an accuracy' : 'not a probability',
    where: `timeSummary(chain, { ${wrong === undefined ? 'accuracy' : 'probabilities'} })`,
    expected: wrong === undefined ? 'a number in (0, 1)' : 'numbers in [0, 1]',
    got: describe(wrong ?? accuracy),
    remedy: wrong === undefined ? 'give for example 0.01' : 'give for example 0.5 for the median',
  });
}
