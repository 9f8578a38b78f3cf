import type { Backend, Prepared } from '../execution/backend.js';
import { type JointMoments, mergeJointMoments, noJointMoments } from '../numerics/joint-moments.js';
import type { Moments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import type { CoupledChain, Coupling } from '../paths/coupled.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { fold, type Key } from '../randomness/key.js';
import type { Functional } from './functional.js';
import { type KnownValues, knownValues } from './known-values.js';
import { type LevelFunctionals, levelFunctionals } from './level-functional.js';
import { sampleJointly } from './sample.js';

/** What the first paths of a level say of its copies. */
export interface LevelDiagnostics {
  /** φ(X_fine), and φ(X_coarse) from level 1 on. */
  readonly fine: Moments;
  readonly coarse?: Moments;
}

/** One level of a multilevel estimate, which grows by rounds of paths. */
export interface LevelSampler {
  readonly kind: LevelChain['kind'];
  /** What the formula of φ says of its values, those of one copy. */
  readonly known: KnownValues;
  /** Whether φ is a closure. */
  readonly closed: boolean;
  /** Of the fine copy. */
  readonly steps: number;
  /** Steps taken for one path of it. */
  readonly costPerPath: number;
  readonly hash: string;
  readonly moments: Moments;
  /** Paths of each round, each under fold(key, 'level', l, 'round', r). */
  readonly rounds: readonly number[];
  readonly diagnostics: LevelDiagnostics | undefined;
  /** Steps taken in all, those for diagnostics included. */
  readonly cost: number;
  /** Adds paths; the first round also makes the diagnostics. */
  grow(paths: number): Promise<void>;
}

/** A level: the chain itself on level 0, a coupled pair on the others. */
export type LevelChain =
  | { readonly kind: 'single'; readonly chain: Chain }
  | { readonly kind: 'pair'; readonly chain: CoupledChain };

const STEPS_PER_COARSE: Readonly<Record<Coupling, number>> = { plain: 3, antithetic: 5 };

/** Where and under which key a level is sampled. */
export interface LevelRun {
  readonly key: Key;
  readonly index: number;
  readonly backend: Backend;
  readonly signal?: AbortSignal;
}

/** One level of several functionals, which grow together. */
export interface LevelGroup {
  /** Of each functional; to grow one is to grow all. */
  readonly samplers: readonly LevelSampler[];
  /** Of what the functionals are on this level, and of their pairs. */
  readonly moments: JointMoments;
}

/** A sampler of one level. Cost of a path: its fine and coarse steps; from level 1 on the first round takes three times its paths. */
export const levelSampler = (level: LevelChain, phi: Functional, run: LevelRun): LevelSampler =>
  levelGroup(level, [phi], run).samplers[0];

/** The samplers of one level for several functionals of the same paths, each with the bits that it has alone. */
export function levelGroup(level: LevelChain, phis: readonly Functional[], run: LevelRun): LevelGroup {
  const { key, index, backend, signal } = run;
  const { chain } = level;
  const parts: readonly LevelFunctionals[] | undefined =
    level.kind === 'pair' ? phis.map((phi) => levelFunctionals(level.chain, phi)) : undefined;
  const averaged = parts?.map(({ difference }) => difference) ?? phis.map((phi) => phi.on(chain));
  const whole = program(chain, averaged);
  const costPerPath = level.kind === 'pair' ? chain.steps * STEPS_PER_COARSE[level.chain.coupling] : chain.steps;
  const functionals = phis.length;
  const rounds: number[] = [];
  let prepared: Prepared | undefined;
  let moments = noJointMoments(functionals);
  let diagnostics: readonly LevelDiagnostics[] | undefined;
  let cost = 0;

  const roundKey = (round: number): Key => fold(key, 'level', index, 'round', round);
  const sampled = async (held: Prepared, round: number, paths: number): Promise<JointMoments> => {
    cost += paths * costPerPath;
    const work = { key: roundKey(round), first: 0, paths, functionals };
    return sampleJointly(backend, held, work, { door: 'multilevel', signal });
  };
  const of = async (all: readonly TerminalFunctional[], paths: number): Promise<readonly Moments[]> =>
    (await sampled(await backend.prepare(program(chain, all), signal), 0, paths)).each;
  const diagnose = async (paths: number): Promise<readonly LevelDiagnostics[]> => {
    if (!parts) return moments.each.map((fine) => ({ fine }));
    const fine = await of(
      parts.map((part) => part.fine),
      paths,
    );
    const coarse = await of(
      parts.map((part) => part.coarse),
      paths,
    );
    return fine.map((own, k) => ({ fine: own, coarse: coarse[k] }));
  };
  const grow = async (paths: number): Promise<void> => {
    prepared ??= await backend.prepare(whole, signal);
    moments = mergeJointMoments(moments, await sampled(prepared, rounds.length, paths));
    rounds.push(paths);
    diagnostics ??= await diagnose(paths);
  };
  const copy = level.kind === 'pair' ? level.chain.fine : chain;
  const samplers = phis.map((phi, k): LevelSampler => {
    const onCopy = phi.on(copy);
    return {
      kind: level.kind,
      known: knownValues(copy, onCopy, {}),
      closed: onCopy.trace === undefined,
      steps: level.kind === 'pair' ? 2 * chain.steps : chain.steps,
      costPerPath,
      hash: whole.hash,
      rounds,
      get moments() {
        return moments.each[k];
      },
      get diagnostics() {
        return diagnostics?.[k];
      },
      get cost() {
        return cost;
      },
      grow,
    };
  });
  return {
    samplers,
    get moments() {
      return moments;
    },
  };
}
