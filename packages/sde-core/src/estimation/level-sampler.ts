import type { Backend, Prepared } from '../execution/backend.js';
import { type Moments, mergeMoments, noMoments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import type { CoupledChain, Coupling } from '../paths/coupled.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { fold, type Key } from '../randomness/key.js';
import type { Functional } from './functional.js';
import { type KnownValues, knownValues } from './known-values.js';
import { type LevelFunctionals, levelFunctionals } from './level-functional.js';
import { sample } from './sample.js';

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

/** A sampler of one level. Cost of a path: its fine and coarse steps; from level 1 on the first round takes three times its paths. */
export function levelSampler(
  level: LevelChain,
  phi: Functional,
  run: { readonly key: Key; readonly index: number; readonly backend: Backend; readonly signal?: AbortSignal },
): LevelSampler {
  const { key, index, backend, signal } = run;
  const { chain } = level;
  const functionals: LevelFunctionals | undefined =
    level.kind === 'pair' ? levelFunctionals(level.chain, phi) : undefined;
  const averaged = functionals?.difference ?? phi.on(chain);
  const whole = program(chain, averaged);
  const costPerPath = level.kind === 'pair' ? chain.steps * STEPS_PER_COARSE[level.chain.coupling] : chain.steps;
  const rounds: number[] = [];
  let prepared: Prepared | undefined;
  let moments: Moments = noMoments;
  let diagnostics: LevelDiagnostics | undefined;
  let cost = 0;

  const roundKey = (round: number): Key => fold(key, 'level', index, 'round', round);
  const of = async (functional: TerminalFunctional, paths: number): Promise<Moments> => {
    cost += paths * costPerPath;
    return sample(
      backend,
      await backend.prepare(program(chain, functional), signal),
      { key: roundKey(0), first: 0, paths },
      { signal },
    );
  };
  const diagnose = async (paths: number): Promise<LevelDiagnostics> =>
    functionals
      ? { fine: await of(functionals.fine, paths), coarse: await of(functionals.coarse, paths) }
      : { fine: moments };
  const copy = level.kind === 'pair' ? level.chain.fine : chain;
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
      return moments;
    },
    get diagnostics() {
      return diagnostics;
    },
    get cost() {
      return cost;
    },
    async grow(paths) {
      prepared ??= await backend.prepare(whole, signal);
      const round = await sample(backend, prepared, { key: roundKey(rounds.length), first: 0, paths }, { signal });
      cost += paths * costPerPath;
      moments = mergeMoments(moments, round);
      rounds.push(paths);
      diagnostics ??= await diagnose(paths);
    },
  };
}
