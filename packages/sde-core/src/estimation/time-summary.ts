import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireNotCancelled } from '../errors/cancelled.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Warning } from '../errors/warning.js';
import { type QuantileSketch, quantileSketch } from '../numerics/quantile-sketch.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { stateNames } from '../paths/state-names.js';
import type { Key } from '../randomness/key.js';
import { requireKey } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';
import { windowStream } from '../randomness/window.js';
import { turn } from '../turns/work.js';
import { type LostPaths, requireLostPaths, requireRun } from './arguments.js';
import type { Functional } from './functional.js';
import { type Functionals, type Members, membersOf, named } from './members.js';
import { truncationWarnings } from './truncation-warning.js';

/** One state of an ensemble at one time. */
export interface StateSummary {
  readonly state: string;
  /** NaN, as all that follows, where paths were lost by then, unless they are excluded. */
  readonly mean: number;
  readonly variance: number;
  /** Shape of `probabilities`. */
  readonly quantiles: readonly number[];
}

/** A functional of the state at one time. */
export interface FunctionalSummary extends Omit<StateSummary, 'state'> {
  /** Paths without a finite value of it: those that had left by then among them. They are in no summary. */
  readonly nonFinite: number;
}

/** An ensemble at one time: plain data. */
export interface TimeSummary {
  readonly step: number;
  readonly t: number;
  /** Shape (d). */
  readonly states: readonly StateSummary[];
  /** Paths that have left the finite numbers by then: they are in no summary. */
  readonly nonFinite: number;
  /** Empty for nothing to say. */
  readonly warnings: readonly SummaryWarning[];
}

/** An ensemble at one time, with functionals of its state. */
export interface JointTimeSummary<Name extends string> extends TimeSummary {
  readonly functionals: { readonly [Of in Name]: FunctionalSummary };
}

/** `lost-paths`: paths that are in no summary; `negative-states`: values below 0 of a state that the equation keeps above; `heavy-tail`: few values carry a variance; `out-of-scale`: their squares leave the floating-point numbers, and there is no variance; `truncation-reached`: states at which the scheme does not take the coefficients of the equation; `drift-tamed`: a drift that the scheme makes smaller. */
export type SummaryWarning = Warning<
  'lost-paths' | 'negative-states' | 'heavy-tail' | 'out-of-scale' | 'truncation-reached' | 'drift-tamed'
>;

/** How an ensemble is summarized. */
export interface TimeSummaryOptions {
  readonly paths: number;
  readonly key: Key;
  /** So many steps lie between two summaries; the first and the last step have one always. Default 1. */
  readonly every?: number;
  /** Of the quantiles. Default 0.05, 0.5, 0.95. */
  readonly probabilities?: readonly number[];
  /** Of the quantiles, relative. Default 0.01. */
  readonly accuracy?: number;
  /** Paths that leave the finite numbers: `withhold` the summaries from there on, or `exclude` the paths. Default `'withhold'`. */
  readonly lostPaths?: LostPaths;
  readonly signal?: AbortSignal;
}

/**
 * Mean, variance and quantiles of every state over time, in one pass and in memory that no number of paths changes.
 *
 * With an object of functionals, each is summarized too, as a function of t and of the state at t, under `functionals`. The paths are those of {@link expectation} under the same key. Quantiles come from a sketch, within `accuracy` of their size. Runs on the
 * calling thread. Cost: paths × steps; memory: steps/every × d sketches.
 *
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
export function timeSummary(chain: Chain, options: TimeSummaryOptions): Promise<readonly TimeSummary[]>;
export function timeSummary<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: TimeSummaryOptions,
): Promise<readonly JointTimeSummary<keyof Of & string>[]>;
export async function timeSummary(
  chain: Chain,
  ...given: readonly [TimeSummaryOptions] | readonly [Functionals, TimeSummaryOptions]
): Promise<readonly TimeSummary[]> {
  requireChain(chain, 'timeSummary(chain)');
  const [first, second] = given;
  const members = second !== undefined ? namedOf(first) : undefined;
  // The overloads say what stands where.
  const options = (members ? second : first) as TimeSummaryOptions;
  requireOptions(options);
  const { paths, key, every = 1, probabilities = [0.05, 0.5, 0.95], accuracy = 0.01, signal } = options;
  const { lostPaths = 'withhold' } = options;
  const { dimension: d, steps, driver, x0, t0, h } = chain;
  const names = stateNames(chain);
  const recorded = Array.from({ length: steps + 1 }, (_, n) => n).filter((n) => n % every === 0 || n === steps);
  const phis = members?.functionals.map((functional, k) => valuesOf(functional, chain, members.names[k])) ?? [];
  const places = new Map(
    recorded.map((n) => [
      n,
      {
        nonFinite: 0,
        states: names.map(() => column(accuracy)),
        values: phis.map(() => ({ nonFinite: 0, column: column(accuracy) })),
      },
    ]),
  );
  const noise = noiseSource(driver.laws, windowStream(key, t0));
  const xi = new Float64Array(driver.size);
  let [now, next] = [new Float64Array(d), new Float64Array(d)];
  for (let path = 0; path < paths; path++) {
    if (path % PAUSE === 0) await pause(signal);
    now.set(x0);
    for (let n = 0; ; n++) {
      const place = places.get(n);
      if (place) {
        const finite = now.every(Number.isFinite);
        if (finite) for (let i = 0; i < d; i++) place.states[i].add(now[i]);
        else place.nonFinite++;
        for (let k = 0; k < phis.length; k++) {
          const value = finite ? phis[k](t0 + n * h, now) : Number.NaN;
          if (Number.isFinite(value)) place.values[k].column.add(value);
          else place.values[k].nonFinite++;
        }
      }
      if (n === steps) break;
      noise(path, n, xi);
      chain.step(n, now, xi, next);
      [now, next] = [next, now];
    }
  }
  const truncated = truncationWarnings(chain, key, paths);
  const nothing = { mean: Number.NaN, variance: Number.NaN, quantiles: probabilities.map(() => Number.NaN) };
  return [...places].map(([step, { nonFinite, states, values }]) => {
    const withheld = nonFinite > 0 && lostPaths === 'withhold';
    const lostValues = (lost: number): boolean => lost > 0 && lostPaths === 'withhold';
    return {
      step,
      t: t0 + step * h,
      nonFinite,
      states: states.map((one, i) => ({ state: names[i], ...(withheld ? nothing : one.summary(probabilities)) })),
      ...(members && {
        functionals: named(
          members,
          values.map(({ nonFinite: lost, column: of }) => ({
            ...(lostValues(lost) ? nothing : of.summary(probabilities)),
            nonFinite: lost,
          })),
        ),
      }),
      warnings: [
        ...(step > 0 ? truncated : []),
        ...(nonFinite > 0 ? [lost(nonFinite, paths, withheld)] : []),
        ...states.flatMap((one, i) => one.warnings(names[i], chain.nonNegative?.includes(i) ?? false)),
        ...values.flatMap(({ nonFinite: more, column: of }, k) => [
          ...(more > nonFinite ? [lostValue(members?.names[k] ?? '', more - nonFinite, paths)] : []),
          ...of.warnings(members?.names[k] ?? '', false),
        ]),
      ],
    };
  });
}

const lost = (nonFinite: number, paths: number, withheld: boolean): SummaryWarning => ({
  kind: 'lost-paths',
  lost: nonFinite,
  paths,
  message: `${nonFinite} of ${paths} paths have left the finite numbers by then. ${
    withheld
      ? "Their summary is withheld: { lostPaths: 'exclude' } gives that of the others, which are not a sample of the same law."
      : 'The summary is that of the others, which are not a sample of the same law.'
  } expectation(…) under the same key says where the first of them went, and what to do.`,
});

const lostValue = (name: string, lost: number, paths: number): SummaryWarning => ({
  kind: 'lost-paths',
  functional: name,
  lost,
  paths,
  message: `On ${lost} of ${paths} paths ${name} is not finite although the states are. Write a functional that is finite there.`,
});

function namedOf(given: unknown): Members {
  const members = membersOf(given, 'timeSummary(chain, functionals, options)');
  if (members.kind === 'named') return members;
  throw new SdeError('value', {
    what: 'a functional without a name',
    where: 'timeSummary(chain, functionals, options)',
    expected: 'functionals by name',
    got: describe(given),
    remedy: "write for example { square: terminal('x^2') }",
  });
}

function valuesOf(functional: Functional, chain: Chain, name: string): (t: number, x: Float64Array) => number {
  if (functional.at) return functional.at(chain);
  throw new SdeError('unsupported', {
    what: 'a functional of the state at T alone',
    where: `timeSummary(chain, { ${name} }, options)`,
    expected: "what terminal('…') returns",
    got: functional.name,
    remedy: 'leave it out, or take expectation(…)',
  });
}

/** Paths between two pauses. */
const PAUSE = 1024;

interface Column {
  add(value: number): void;
  summary(probabilities: readonly number[]): Omit<StateSummary, 'state'>;
  warnings(state: string, nonNegative: boolean): readonly SummaryWarning[];
}

/** A variance that fewer values carry is not trusted, as in an expectation; nor one that fewer than a tenth of few values carry. */
const CARRIERS = 50;

/** So far from the unit of its moments a value changes it. */
const APART = 2 ** 60;

const digits = (value: number): string => String(Number(value.toPrecision(3)));

function column(accuracy: number): Column {
  const sketch: QuantileSketch = quantileSketch(accuracy);
  // All moments are those of value/unit, for a power of two near the largest values: neither their squares nor their fourth powers overflow.
  let unit = 1;
  let [mean, m2, m3, m4] = [0, 0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let negative = 0;
  // Squares that are no floating-point numbers have a variance that is none, as in an expectation.
  const variance = (): number => {
    const squares = m2 * unit * unit;
    return squares > 0 || least === most ? squares / (sketch.count - 1) : Number.POSITIVE_INFINITY;
  };
  return {
    add(given) {
      const size = Math.abs(given);
      if (size > unit * APART) {
        let ratio = 1;
        for (; size > unit * APART; unit *= APART) ratio /= APART;
        [mean, m2, m3, m4] = [
          mean * ratio,
          m2 * ratio * ratio,
          m3 * ratio * ratio * ratio,
          m4 * ratio * ratio * ratio * ratio,
        ];
      } else if (size > 0 && least >= 0 && most <= 0) {
        while (size < unit / APART) unit /= APART;
      }
      [least, most] = [Math.min(least, given), Math.max(most, given)];
      sketch.add(given);
      const value = given / unit;
      if (value < 0) negative++;
      const n = sketch.count;
      const delta = value - mean;
      const share = delta / n;
      const across = delta * share * (n - 1);
      mean += share;
      // The moments about the new mean, from those about the old one: the fourth, the third, the second.
      m4 += across * share * share * (n * n - 3 * n + 3) + 6 * share * share * m2 - 4 * share * m3;
      m3 += across * share * (n - 2) - 3 * share * m2;
      m2 += delta * (value - mean);
    },
    summary: (probabilities) => ({
      mean: sketch.count > 0 ? mean * unit : Number.NaN,
      variance: sketch.count > 1 ? variance() : Number.NaN,
      quantiles: probabilities.map((p) => sketch.quantile(p)),
    }),
    warnings(state, nonNegative) {
      const { count } = sketch;
      const carriers = m4 > 0 ? (m2 * m2) / m4 : count;
      const heavy = count > 1 && !(carriers >= Math.min(CARRIERS, count / 10));
      const tail = `About ${carriers.toPrecision(2)} of ${count} values of ${state} carry its variance: larger ones have probably not been seen, so that mean and variance may be far too small. Quantiles are not affected.`;
      const below = `${negative} of ${count} values of ${state} are below 0, where the equation keeps it at or above: take smaller steps, or a scheme or an exact chain that keeps the sign.`;
      const scale = `The squares of the values of ${state}, from ${digits(least)} to ${digits(most)}, leave the floating-point numbers: there is no variance. Scale it to values near 1.`;
      return [
        ...(nonNegative && negative > 0
          ? [{ kind: 'negative-states' as const, state, negative, count, message: below }]
          : []),
        ...(count > 1 && !Number.isFinite(variance())
          ? [{ kind: 'out-of-scale' as const, state, least, most, message: scale }]
          : []),
        ...(heavy ? [{ kind: 'heavy-tail' as const, state, carriers, count, message: tail }] : []),
      ];
    },
  };
}

/** Lets timers and other callbacks run. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await turn();
  requireNotCancelled(signal, 'timeSummary(chain, { signal })', { what: 'the summary was cancelled' });
}

function requireOptions(options: TimeSummaryOptions): void {
  const where = (field: string): string => `timeSummary(chain, { ${field} })`;
  requireKeys<TimeSummaryOptions>(
    options ?? null,
    { paths: true, key: true, every: true, probabilities: true, accuracy: true, lostPaths: true, signal: true },
    'timeSummary(chain, options)',
    { quantiles: 'probabilities' },
  );
  const { paths, key, every, probabilities, accuracy, lostPaths, signal } = options;
  requireInteger(paths, 1, where('paths'), 'compute at least one path');
  if (every !== undefined) requireInteger(every, 1, where('every'), 'summarize every step or fewer');
  if (probabilities !== undefined) requireProbabilities(probabilities, where('probabilities'));
  requireLostPaths(lostPaths, where('lostPaths'));
  requireKey(key, where('key'));
  requireRun({ signal }, where);
  if (accuracy === undefined || (typeof accuracy === 'number' && accuracy > 0 && accuracy < 1)) return;
  throw new SdeError('value', {
    what: 'not an accuracy',
    where: where('accuracy'),
    expected: 'a number in (0, 1)',
    got: describe(accuracy),
    remedy: 'give for example 0.01',
  });
}

function requireProbabilities(probabilities: readonly number[], where: string): void {
  const all: readonly unknown[] | undefined = Array.isArray(probabilities) ? probabilities : undefined;
  const wrong = all?.findIndex((p) => !(typeof p === 'number' && p >= 0 && p <= 1));
  if (wrong === -1) return;
  throw new SdeError('value', {
    what: 'not a list of probabilities',
    where,
    expected: 'numbers in [0, 1]',
    got: describe(wrong === undefined ? probabilities : probabilities[wrong]),
    remedy: 'give for example [0.5] for the median',
  });
}
