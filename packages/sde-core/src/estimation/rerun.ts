import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Problem } from '../models/problem.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import type { ModelsByNeed } from '../paths/discretize.js';
import type { Observation } from '../paths/observation.js';
import { program } from '../paths/program.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { isFunctional, requireFunctional, requireRun } from './arguments.js';
import type { Estimate, JointEstimate, JointSamplingProvenance, SamplingProvenance } from './estimate.js';
import { expectation } from './expectation.js';
import { type Functional, type FunctionalRecord, terminal } from './functional.js';
import { type Functionals, membersOf } from './members.js';
import { multilevel } from './multilevel.js';
import type {
  JointMultilevelEstimate,
  JointMultilevelProvenance,
  MultilevelEstimate,
  MultilevelProvenance,
} from './multilevel-report.js';
import { type RunProvenance, requireProvenance } from './provenance-check.js';
import type { JointQuasiEstimate, JointQuasiProvenance, QuasiEstimate, QuasiProvenance } from './quasi-estimate.js';
import { quasiExpectation } from './quasi-expectation.js';
import { VERSION } from './version.js';

/** What provenance cannot hold, and where to compute. */
export interface RerunOptions {
  /** For one that was a closure. */
  readonly functional?: Functional;
  /** For those of a run of several that were closures, by their names. */
  readonly functionals?: Functionals;
  /** For a control that was a closure. */
  readonly control?: Functional;
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** What the levels of a multilevel estimate are made of. */
interface LevelSource<N extends Need> {
  readonly problem: Problem<ModelsByNeed[N]>;
  readonly scheme: Scheme<N>;
  readonly observe?: Readonly<Record<string, Observation>>;
}

/**
 * Computes an estimate again from its provenance and its chain: on a bitwise backend every bit is the same, sampled, quasi-random or multilevel.
 *
 * From the provenance of one of several estimates of a run all of them are computed again, by their names.
 *
 * Functionals given as expressions come from the provenance; a closure must be given again. For a multilevel estimate the chain's place is taken by
 * `{ problem, scheme }`, with `observe` where it was; its levels grow again as they did.
 *
 * What is compared is the hash of the program, before anything is computed where it can be known; the version is named where hashes differ.
 *
 * @throws SdeError `data` if chain or functional are not those of the provenance: a program's hash differs; for a provenance that is damaged, holds more than
 * it should, or would take for ever; or of a combination, whose levels have their own.
 *
 * @example
 * ```ts
 * import { geometricBrownianMotion, inline, key, milstein, multilevel, problem, rerun, terminal } from 'sde-core';
 * const on = problem({ model: geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [1], T: 1 });
 * const once = await multilevel(on, milstein, terminal('x'), { tolerance: 0.02, key: key(1), backend: inline() });
 * const provenance = JSON.parse(JSON.stringify(once.provenance));
 * const again = await rerun(provenance, { problem: on, scheme: milstein }, { backend: inline() });
 * again.mean === once.mean; // → true
 * ```
 */
export function rerun(provenance: SamplingProvenance, chain: Chain, options?: RerunOptions): Promise<Estimate>;
export function rerun(provenance: QuasiProvenance, chain: Chain, options?: RerunOptions): Promise<QuasiEstimate>;
export function rerun<N extends Need>(
  provenance: MultilevelProvenance,
  source: LevelSource<N>,
  options?: RerunOptions,
): Promise<MultilevelEstimate>;
export function rerun(
  provenance: JointSamplingProvenance,
  chain: Chain,
  options?: RerunOptions,
): Promise<Readonly<Record<string, JointEstimate>>>;
export function rerun(
  provenance: JointQuasiProvenance,
  chain: Chain,
  options?: RerunOptions,
): Promise<Readonly<Record<string, JointQuasiEstimate>>>;
export function rerun<N extends Need>(
  provenance: JointMultilevelProvenance,
  source: LevelSource<N>,
  options?: RerunOptions,
): Promise<Readonly<Record<string, JointMultilevelEstimate>>>;
export async function rerun(
  provenance: RunProvenance,
  source: Chain | LevelSource<Need>,
  options: RerunOptions = {},
): Promise<unknown> {
  requireProvenance(provenance);
  requireKeys<RerunOptions>(
    options ?? null,
    { functional: true, functionals: true, control: true, backend: true, signal: true },
    'rerun(provenance, chain, options)',
  );
  const { functional, functionals, control } = options;
  if (functionals !== undefined) requireClosures(functionals);
  if (functional !== undefined) requireFunctional(functional, 'rerun(provenance, chain, { functional })');
  if (control !== undefined) requireFunctional(control, 'rerun(provenance, chain, { control })');
  requireRun(options, (field) => `rerun(provenance, chain, { ${field} })`);
  if (provenance.kind === 'multilevel' || provenance.kind === 'joint-multilevel') requireSource(source);
  else requireChain(source, 'rerun(provenance, chain)');
  // The overloads pair each provenance with its source.
  switch (provenance.kind) {
    case 'sampled':
    case 'joint-sampled':
      return sampledAgain(provenance, source as Chain, options);
    case 'quasi':
    case 'joint-quasi':
      return quasiAgain(provenance, source as Chain, options);
    case 'multilevel':
    case 'joint-multilevel':
      return multilevelAgain(provenance, source as LevelSource<Need>, options);
    default:
      return provenance satisfies never;
  }
}

function requireSource(source: unknown): void {
  const { problem, scheme, ...rest } = (source ?? {}) as Readonly<Record<string, unknown>>;
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  const known = Object.keys(rest).every((key) => key === 'observe');
  if (isObject(source) && isObject(problem) && isObject(scheme) && known) return;
  throw new SdeError('value', {
    what: 'not what the levels are made of',
    where: 'rerun(provenance, { problem, scheme, observe })',
    expected: 'a problem and a scheme, and what was observed',
    got: describe(source),
    remedy: 'give what multilevel(problem, scheme, …) was given',
  });
}

async function sampledAgain(
  provenance: SamplingProvenance | JointSamplingProvenance,
  chain: Chain,
  options: RerunOptions,
): Promise<unknown> {
  const { key, paths, antithetic, control, confidence, lostPaths } = provenance;
  const { backend, signal } = options;
  const { given, all } = restoredAll(provenance, options);
  // Before anything is computed. What a control takes off is only known afterwards.
  if (!control) requireSame(provenance, hashOf(chain, all, { antithetic }), chain.name);
  requireAffordable(paths * chain.steps);
  const estimate = await expectation(chain, given, {
    paths,
    key,
    antithetic,
    confidence,
    lostPaths,
    backend,
    signal,
    ...(control
      ? { control: { functional: restored(control.functional, options.control, 'control'), mean: control.mean } }
      : {}),
  });
  requireSame(provenance, firstOf(provenance, estimate).provenance.program, chain.name);
  return estimate;
}

/** Functionals as they were given: one, or several by name. */
function restoredAll(
  provenance: RunProvenance,
  options: RerunOptions,
): {
  /** As an overload takes it; which one does not matter here. */ readonly given: Functional;
  readonly all: readonly Functional[];
} {
  requireNames(options.functionals, 'functional' in provenance ? [] : Object.keys(provenance.functionals));
  if ('functional' in provenance) {
    const functional = restored(provenance.functional, options.functional, 'functional');
    return { given: functional, all: [functional] };
  }
  const { functionals } = provenance;
  const entries = Object.entries(functionals).map(([name, record]): [string, Functional] => {
    const closure = Object.hasOwn(options.functionals ?? {}, name) ? options.functionals?.[name] : undefined;
    return [name, restored(record, closure, `functionals: { ${name} }`)];
  });
  const all = entries.map(([, functional]) => functional);
  return { given: Object.fromEntries(entries) as unknown as Functional, all };
}

/** Refuses functionals that the run did not have: nothing would be computed of them. */
function requireNames(functionals: Functionals | undefined, names: readonly string[]): void {
  const extra = Object.keys(functionals ?? {}).find((name) => !names.includes(name));
  if (extra === undefined) return;
  throw new SdeError('value', {
    what: 'a functional that the run did not have',
    where: 'rerun(provenance, chain, { functionals })',
    expected: names.join(', ') || 'none: the run had one functional, without a name',
    got: extra,
    remedy: names.length > 0 ? 'give those alone that were closures' : 'give it as { functional }',
  });
}

const hashOf = (chain: Chain, all: readonly Functional[], options: { readonly antithetic?: boolean } = {}): string =>
  program(
    chain,
    all.map((functional) => functional.on(chain)),
    options,
  ).hash;

/** The first of the estimates that a run gave: all have its provenance. */
function firstOf<Of>({ kind }: RunProvenance, result: Of): Of & { readonly provenance: { readonly program: string } } {
  // A run of several gives an object of estimates.
  const estimate: unknown = kind.startsWith('joint-') ? Object.values(result as object)[0] : result;
  return estimate as Of & { readonly provenance: { readonly program: string } };
}

function requireClosures(functionals: unknown): void {
  const where = 'rerun(provenance, chain, { functionals })';
  membersOf(isFunctional(functionals) ? undefined : functionals, where);
}

async function quasiAgain(
  provenance: QuasiProvenance | JointQuasiProvenance,
  chain: Chain,
  options: RerunOptions,
): Promise<unknown> {
  const { key, points, randomizations, confidence, lostPaths } = provenance;
  const { given, all } = restoredAll(provenance, options);
  const { backend, signal } = options;
  requireSame(provenance, hashOf(chain, all), chain.name);
  requireAffordable(points * randomizations * chain.steps);
  const estimate = await quasiExpectation(chain, given, {
    key,
    points,
    randomizations,
    confidence,
    lostPaths,
    backend,
    signal,
  });
  requireSame(provenance, firstOf(provenance, estimate).provenance.program, chain.name);
  return estimate;
}

async function multilevelAgain(
  provenance: MultilevelProvenance | JointMultilevelProvenance,
  { problem, scheme, observe }: LevelSource<Need>,
  options: RerunOptions,
): Promise<unknown> {
  const { key, tolerance, coupling } = provenance;
  const { backend, signal } = options;
  const { given } = restoredAll(provenance, options);
  // What is edited to take longer than it did ends soon after.
  const recorded = provenance.levels.reduce((sum, { steps, rounds }) => sum + steps * total(rounds), 0);
  const onProgress = ({ done }: { readonly done: number }): void => {
    if (done > LONGER * recorded)
      throw damaged('the recorded paths are not those of the run', `${recorded} steps`, `${done}`);
  };
  const how = { ...provenance.options, tolerance, key, coupling, observe, backend, signal, onProgress };
  const estimate = await multilevel(problem, scheme, given, how);
  const again = firstOf(provenance, estimate).provenance;
  const programs = (of: Pick<MultilevelProvenance, 'levels'>): string =>
    of.levels.map(({ program }) => program).join(', ');
  const { scheme: chain, version, levels } = provenance;
  requireSame({ program: programs(provenance), chain, version }, programs(again), scheme.name);
  const other = levels.findIndex(({ rounds }, level) => String(rounds) !== String(again.levels[level].rounds));
  if (other >= 0)
    throw damaged(
      'the recorded paths are not those of the run',
      `rounds of ${levels[other].rounds} paths on level ${other}`,
      `rounds of ${again.levels[other].rounds}`,
    );
  return estimate;
}

/** A coarse copy takes a step where its fine one takes two, an antithetic pair twice as many, and diagnostics some more. */
const LONGER = 8;
/** Steps, days on every core of a large machine. */
const MOST_STEPS = 2 ** 44;

const total = (paths: readonly number[]): number => paths.reduce((sum, count) => sum + count, 0);

function requireAffordable(steps: number): void {
  if (steps <= MOST_STEPS) return;
  throw damaged('a provenance that would take for ever', `at most ${MOST_STEPS} steps in all`, `${steps} steps`);
}

function damaged(what: string, expected: string, got: string): SdeError {
  const remedy = 'take the provenance of the estimate itself, unchanged';
  return new SdeError('data', { what, where: 'rerun(provenance, chain)', expected, got, remedy });
}

function requireSame(
  { program: expected, chain, version }: { readonly program: string; readonly chain: string; readonly version: string },
  got: string,
  name: string,
): void {
  if (got === expected) return;
  throw new SdeError('data', {
    what: 'the provenance is of another program',
    where: 'rerun(provenance, chain)',
    expected: `program ${expected} (${chain}, version ${version})`,
    got: `program ${got} (${name}, version ${VERSION})`,
    remedy: 'give the chain, the functional and the version that the estimate was made with',
  });
}

function restored(record: FunctionalRecord, given: Functional | undefined, what: string): Functional {
  if (given) return given;
  if (record.text !== undefined) return terminal(record.text, { name: record.name, parameters: record.parameters });
  throw new SdeError('data', {
    what: 'a closure is not in the provenance',
    where: `rerun(provenance, chain, { ${what} })`,
    expected: `the function '${record.name}'`,
    got: 'nothing',
    remedy: 'give the functional again, or write it as an expression',
  });
}
