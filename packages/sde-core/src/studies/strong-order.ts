import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { VERSION } from '../estimation/version.js';
import type { Problem } from '../models/problem.js';
import { discretize, type ModelsByNeed } from '../paths/discretize.js';
import { fold, type Key } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { hasPath, joined } from './brownian-coupling.js';
import { type ErrorPoint, fitOrder, type OrderFit } from './order-fit.js';

/** One level of a study: √(E |Y_h(T) − Y_(h/2)(T)|²) with its standard error. */
export interface StrongLevel extends ErrorPoint {
  readonly steps: number;
  readonly paths: number;
  /** Paths left out because one of their two ends is not finite, or near overflow. */
  readonly nonFinite: number;
}

/** Distances between h and h/2 on the same Brownian paths, and what they say about the strong order: plain data. */
export interface StrongOrderStudy {
  readonly kind: 'strong-order-study';
  readonly scheme: string;
  /** Coarse to fine. */
  readonly levels: readonly StrongLevel[];
  readonly fit: OrderFit;
  readonly verdict: OrderFit['verdict'];
  readonly key: string;
  readonly version: string;
}

/**
 * The strong order of a scheme on a problem, measured on coupled paths: each level is the root mean square distance at T of N steps and 2N
 * steps on the same Brownian paths, fitted at h → 0 by {@link fitOrder}.
 *
 * A distance of neighbors has the order of the error itself and needs no solution; that the limit is the right process is for a weak order to
 * say. Levels have keys of their own, fold(key, steps). A level with paths that are not finite makes the verdict `inconclusive`.
 * Cost: 3 N steps a path.
 *
 * @param options - `expected`: default the order that the scheme declares.
 * @throws SdeError `unsupported` for a scheme whose variables have no meaning on a path, or that declares no strong order where none is
 * expected; `value` for steps or paths, and where a level has no two finite paths; those of {@link discretize} and {@link fitOrder}.
 * @see [kloeden1992, section 9.3]
 */
export function strongOrder<N extends Need>(options: {
  readonly problem: Problem<ModelsByNeed[N]>;
  readonly scheme: Scheme<N>;
  readonly steps: readonly number[];
  readonly paths: number;
  readonly key: Key;
  readonly expected?: number;
  readonly confidence?: number;
}): StrongOrderStudy {
  const { problem, scheme, paths, key, confidence } = options;
  const expected = options.expected ?? scheme.order.strong;
  if (expected === null || !hasPath(scheme, problem.model.noiseDimension)) throw noPath(scheme);
  requireInteger(paths, 2, 'strongOrder({ paths })', 'a standard error needs at least two paths');
  for (const count of options.steps) requireInteger(count, 1, 'strongOrder({ steps })', 'take at least one step');
  const levels = [...options.steps]
    .sort((a, b) => a - b)
    .map((steps) => measure({ problem, scheme, steps, paths, key: fold(key, steps) }));
  const fit = fitOrder(levels, { expected, confidence });
  const finite = levels.every((level) => level.nonFinite === 0);
  return {
    kind: 'strong-order-study',
    scheme: scheme.name,
    levels,
    fit,
    verdict: finite ? fit.verdict : 'inconclusive',
    key: key.label,
    version: VERSION,
  };
}

function measure<N extends Need>(level: {
  readonly problem: Problem<ModelsByNeed[N]>;
  readonly scheme: Scheme<N>;
  readonly steps: number;
  readonly paths: number;
  readonly key: Key;
}): StrongLevel {
  const { problem, scheme, steps, paths, key } = level;
  const [coarse, fine] = [discretize(problem, scheme, steps), discretize(problem, scheme, 2 * steps)];
  const m = problem.model.noiseDimension;
  const source = noiseSource(fine.driver.laws, key.words);
  const [first, second] = [new Float64Array(fine.driver.size), new Float64Array(fine.driver.size)];
  const [x, y, next] = [0, 1, 2].map(() => new Float64Array(coarse.dimension));
  let [count, mean, squares] = [0, 0, 0];
  for (let path = 0; path < paths; path++) {
    x.set(coarse.x0);
    y.set(coarse.x0);
    for (let n = 0; n < steps; n++) {
      source(path, 2 * n, first);
      source(path, 2 * n + 1, second);
      fine.step(2 * n, y, first, next);
      fine.step(2 * n + 1, next, second, y);
      coarse.step(n, x, joined(first, second, m), next);
      x.set(next);
    }
    const distance = x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0);
    // A path on its way to infinity, whose fourth power has got there.
    if (!Number.isFinite(distance ** 2 * paths)) continue;
    count++;
    const change = distance - mean;
    mean += change / count;
    squares += change * (distance - mean);
  }
  if (count < 2) throw diverged(scheme, steps);
  const error = Math.sqrt(mean);
  // The root of a mean has 1 / (2 root) of its standard error.
  const standardError = Math.sqrt(squares / (count - 1) / count) / (2 * error);
  return { h: coarse.h, steps, paths, nonFinite: paths - count, error, standardError };
}

const noPath = (scheme: Scheme): SdeError =>
  new SdeError('unsupported', {
    what: `${scheme.name} has no strong order to measure on a Brownian path`,
    where: 'strongOrder({ scheme })',
    expected:
      'normal increments, and beside them at most the variables of their time integrals; a declared or an expected order',
    got: `${describe(scheme.driver.increments)} increments, strong order ${scheme.order.strong ?? 'none'}`,
    remedy: 'measure its weak order, or take a strong scheme such as milstein or sriw1',
  });

const diverged = (scheme: Scheme, steps: number): SdeError =>
  new SdeError('value', {
    what: `the paths of ${scheme.name} diverge with ${steps} steps`,
    where: 'strongOrder({ steps })',
    expected: 'at least two paths that stay finite with N and with 2N steps',
    got: 'fewer',
    remedy: 'take finer steps, or a scheme for such drifts: tamedEuler, splitStepBackwardEuler, driftImplicitEuler',
  });
