import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { numbers } from '../expression/numbers.js';
import type { Problem } from '../models/problem.js';
import type { Chain } from '../paths/chain.js';
import { coupled } from '../paths/coupled.js';
import { discretize, type ModelsByNeed } from '../paths/discretize.js';
import type { Observation } from '../paths/observation.js';
import { observe } from '../paths/observe.js';
import { program } from '../paths/program.js';
import { fold } from '../randomness/key.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { type Functional, recordOf } from './functional.js';
import { checkUncorrected, isUncorrected } from './level-check.js';
import { type LevelChain, type LevelGroup, type LevelSampler, levelGroup, levelSampler } from './level-sampler.js';
import { startingSteps } from './level-start.js';
import { remedyFor } from './loss-remedy.js';
import { type Functionals, membersOf, named, recordsOf } from './members.js';
import { multilevelEstimateOf, multilevelJoint, sumOf } from './multilevel-estimate.js';
import {
  type JointMultilevelOptions,
  type JointMultilevelProgress,
  type MultilevelOptions,
  type MultilevelProgress,
  requireMultilevelOptions,
  requireParts,
} from './multilevel-options.js';
import { biasOf, costOf, type MultilevelSettings, refine } from './multilevel-refine.js';
import type { JointMultilevelEstimate, MultilevelEstimate, MultilevelWarning } from './multilevel-report.js';
import { truncationWarnings } from './truncation-warning.js';

/**
 * E φ(X(T)) by multilevel Monte Carlo: E φ(X_0) + Σ_l E (φ(X_l) − φ(X_(l−1))), each difference on coupled paths of 2^l and 2^(l−1) steps.
 *
 * Levels are added until the bias, max_k |Y_(L−k)| 2^(−pk)/(2^p − 1) over the last three means with p the weak order (or the measured rate, where
 * that is significantly smaller), is at most a third of the tolerance; paths are spread over the levels as Σ V_l/N_l is least for its cost. The
 * half-width z SE + bias is then at most the tolerance: unlike `expectation`, the interval is one for the equation and not for a chain. Cost:
 * tolerance^−2 where Var Y_l decays faster than h, as with Milstein; tolerance^−2 log² where it decays as h, as with Euler.
 *
 * With `observe` the functional is one of the path: of an integral, a maximum, a barrier. What looks between the steps keeps the weak order 1 that the bias
 * needs, and a coarse copy shares the fine path's bridge; what is seen on the grid alone is of order ½, and the bias is bounded with that.
 *
 * No variance is taken for seen that was not. Where few values carry that of a level its interval is as wide as that leaves; where all differences are the same, what
 * is rarer than their number shows may be as large as φ is wide. Level 0 grows until its variance is trusted, or φ shows two values, which are counted;
 * where more paths do not help, the estimate is `stalled`.
 *
 * With an object of functionals, `{ a, b, … }`, an object of estimates under the same names: all of them from the same paths on every level, as many as the worst of them
 * needs, and with what {@link covariance}, {@link ratio} and {@link difference} need.
 *
 * Every level has its own key, folded from `key`; threads change no bit. A level warns where its variance stays doubtful, where its coarse mean is not the fine
 * mean of the level before, and where values are not finite: then the mean is withheld, NaN, unless `lostPaths: 'exclude'`.
 *
 * @throws SdeError `value` for options out of range, or unknown, or what is no problem, scheme or functional; `unsupported` for a scheme whose noise is not Gaussian increments and their time integrals; `cancelled` when the
 * signal aborts.
 * @see [giles2008]
 * @see [giles2015]
 * @see [gilesszpruch2014]
 *
 * @example
 * ```ts
 * import { geometricBrownianMotion, inline, key, milstein, multilevel, problem, terminal } from 'sde-core';
 * const model = geometricBrownianMotion({ mu: 0.05, sigma: 0.2 });
 * const options = { tolerance: 0.02, key: key(1), backend: inline() };
 * const estimate = await multilevel(problem({ model, x0: [1], T: 1 }), milstein, terminal('x'), options);
 * estimate.kind; // → converged
 * Math.abs(estimate.mean - Math.exp(0.05)) < 0.02; // → true
 * ```
 */
export function multilevel<N extends Need, Of extends Functionals>(
  problem: Problem<ModelsByNeed[N]>,
  scheme: Scheme<N>,
  functionals: Of,
  options: JointMultilevelOptions,
): Promise<{ readonly [Name in keyof Of]: JointMultilevelEstimate }>;
export function multilevel<N extends Need>(
  problem: Problem<ModelsByNeed[N]>,
  scheme: Scheme<N>,
  functional: Functional,
  options: MultilevelOptions,
): Promise<MultilevelEstimate>;
export async function multilevel<N extends Need>(
  problem: Problem<ModelsByNeed[N]>,
  scheme: Scheme<N>,
  given: Functional | Functionals,
  options: MultilevelOptions | JointMultilevelOptions,
): Promise<unknown> {
  requireParts(problem, scheme);
  const members = membersOf(given, 'multilevel(problem, scheme, functional)');
  const chosen = requireMultilevelOptions(options);
  const { functionals, names } = members;
  const { key, coupling = 'plain', observe: observations, signal } = options;
  // The overloads pair each form with its progress.
  const onProgress = options.onProgress as
    | ((progress: MultilevelProgress | JointMultilevelProgress) => void)
    | undefined;
  const { firstPaths, confidence, lostPaths } = chosen;
  const singleOf = (steps: number): Chain => {
    const single = discretize(problem, scheme, steps);
    return observations ? observe(single, observations) : single;
  };
  const steps = options.steps ?? Math.max(...functionals.map((functional) => startingSteps(singleOf, functional)));
  const settings = { ...chosen, steps };
  const chainOf = (level: number): LevelChain =>
    level === 0
      ? { kind: 'single', chain: singleOf(steps) }
      : {
          kind: 'pair',
          chain: coupled(problem, scheme, {
            steps: steps * numbers.power(2, level - 1),
            coupling,
            observe: observations,
          }),
        };
  const coarsest = chainOf(0).chain;
  const onCoarsest = functionals.map((functional) => functional.on(coarsest));
  const traced = program(coarsest, onCoarsest).kind === 'traced';
  const backend = options.backend ?? (traced ? sharedWorkers() : inline());
  const groups: LevelGroup[] = [];
  /** The levels of each functional. */
  const views = functionals.map((): LevelSampler[] => []);
  const isWithheld = (k: number): boolean =>
    lostPaths === 'withhold' && views[k].some(({ moments }) => moments.nonFinite > 0);
  try {
    const grow = async (level: number, paths: number, of: number): Promise<void> => {
      await views[0][level].grow(paths);
      const done = costOf(views[0]);
      const sums = views.map((levels, k) =>
        isWithheld(k) ? { mean: Number.NaN, standardError: Number.NaN } : sumOf(levels),
      );
      const far = { level, levels: groups.length, done, of: Math.max(done, of) };
      onProgress?.(
        members.kind === 'one'
          ? { ...far, ...sums[0] }
          : { ...far, estimates: Object.fromEntries(names.map((name, k) => [name, sums[k]])) },
      );
    };
    const add = async (): Promise<void> => {
      const index = groups.length;
      const group = levelGroup(chainOf(index), functionals, { key, index, backend, signal });
      groups.push(group);
      group.samplers.forEach((sampler, k) => {
        views[k].push(sampler);
      });
      await grow(index, firstPaths, 0);
    };
    const assumed = onCoarsest.map((functional) => bridgeWarnings(coarsest, functional));
    const joint = assumed.map((warnings) => warnings.some(({ kind }) => kind === 'joint-bridges'));
    const weak = joint.map((together) => (together ? JOINT_ORDER : orderOf(scheme, observations)));
    const unmet = await refineAll(views, { add, grow }, settings, weak);
    const remedy = views.flat().some(({ moments }) => moments.nonFinite > 0) ? await remedyFor(coarsest) : '';
    // What the levels add up to is the mean of the finest one.
    const level = groups.length - 1;
    const finest = chainOf(level);
    const walked = finest.kind === 'pair' ? finest.chain.fine : finest.chain;
    const truncated = (paths: number): readonly MultilevelWarning[] =>
      truncationWarnings(walked, key, paths).map((one) => ({ ...one, level }));
    const facts = members.kind === 'one' ? undefined : multilevelJoint(groups, names, isWithheld);
    const estimates: object[] = [];
    for (const [k, levels] of views.entries()) {
      const checked = (steps: number): LevelSampler =>
        levelSampler({ kind: 'single', chain: singleOf(steps) }, functionals[k], {
          key: fold(key, 'check'),
          index: 0,
          backend,
          signal,
        });
      const hidden =
        unmet[k] === undefined && isUncorrected(levels) ? await checkUncorrected(levels[0], checked) : undefined;
      const stalled =
        unmet[k] ??
        hidden?.reason ??
        (joint[k] ? 'the functional combines observations whose bridges the levels do not share' : undefined);
      const bias = hidden?.bias ?? biasOf(levels, weak[k], confidence);
      const taken = [...truncated(levels[level].moments.count), ...assumed[k].map((one) => ({ ...one, level }))];
      const parts = { stalled, bias, scheme, backend, remedy, taken, key, coupling, observations };
      const own =
        members.kind === 'one'
          ? { kind: 'multilevel' as const, functional: recordOf(functionals[k]) }
          : { kind: 'joint-multilevel' as const, name: names[k], functionals: recordsOf(members) };
      estimates.push({ ...multilevelEstimateOf(levels, parts, settings, own), ...(facts && { joint: facts[k] }) });
    }
    return named(members, estimates);
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** Grows the levels until each functional meets the tolerance; the reason for each that does not. */
async function refineAll(
  views: readonly (readonly LevelSampler[])[],
  growth: Parameters<typeof refine>[1],
  settings: MultilevelSettings,
  weak: readonly number[],
): Promise<readonly (string | undefined)[]> {
  const unmet: (string | undefined)[] = views.map(() => undefined);
  for (;;) {
    let grown = false;
    for (const [k, levels] of views.entries()) {
      // What was given up stays so: more paths for another do not ask for more for this one.
      if (unmet[k] !== undefined) continue;
      const before = costOf(levels);
      unmet[k] = await refine(levels, growth, settings, weak[k]);
      grown ||= costOf(levels) > before;
    }
    // What one needs may show another more.
    if (!grown || views.length === 1) return unmet;
  }
}

/** Of several observations that look between the steps, each on a bridge of its own. */
const JOINT_ORDER = 1 / 2;

/** The weak order of the scheme, or what is gathered has a lower one. */
const orderOf = ({ order }: Pick<Scheme, 'order'>, observations: Readonly<Record<string, Observation>> = {}): number =>
  Math.min(order.weak, ...Object.values(observations).map((observation) => observation.order));
