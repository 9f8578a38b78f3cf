import type { Moments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';
import { stateNames } from '../paths/state-names.js';
import { walk } from '../paths/walk.js';
import type { Key } from '../randomness/key.js';
import type { LostPaths } from './arguments.js';
import { lossRemedy, remedyFor } from './loss-remedy.js';
import type { EstimateWarning } from './sample-warnings.js';

/** Where a path went wrong. */
export interface PathPlace {
  /** For `simulate(chain, { key, path })`. */
  readonly path: number;
  /** On the path with all noise negated. */
  readonly mirrored?: true;
  /** The step that ended there, from 1; 0 for the start. */
  readonly step: number;
  readonly t: number;
}

/** Paths that left the finite numbers, and how the first of them did: plain data. */
export interface Divergence {
  /** How many. */
  readonly paths: number;
  /** What is not finite first: a state at this step, or φ of states that all are. Absent where the backend's precision alone lost it. */
  readonly first?: PathPlace & {
    readonly kind: 'state' | 'functional';
    /** The last state that was finite, shape (d): that before the step, or the terminal one. */
    readonly state: readonly number[];
  };
  /** In one sentence: how many, where the first, and what to do about it. */
  readonly message: string;
}

/** Paths on which a state fell below 0 that its equation keeps at or above it: plain data. */
export interface NegativeStates {
  /** How many. */
  readonly paths: number;
  readonly first?: PathPlace & { readonly state: string; readonly value: number };
}

/** Paths as an expectation samples them. */
export interface SampledPaths {
  readonly chain: Chain;
  readonly functional: TerminalFunctional;
  readonly key: Key;
  readonly antithetic: boolean;
}

/**
 * What the summaries say of paths that went wrong, with the first of each kind walked again: the same for any number of threads. Costs nothing
 * where none did.
 */
export async function troubles(
  { count, nonFinite, firstNonFinite, negative, firstNegative }: Moments,
  paths: SampledPaths,
): Promise<{ readonly divergence?: Divergence; readonly negative?: NegativeStates }> {
  const first =
    firstNonFinite === undefined ? undefined : mirrors(paths, (sign) => firstLoss(paths, firstNonFinite, sign));
  const below =
    firstNegative === undefined ? undefined : mirrors(paths, (sign) => firstBelow(paths, firstNegative, sign));
  return {
    ...(nonFinite > 0 && {
      divergence: {
        paths: nonFinite,
        ...(first && { first }),
        message: `${nonFinite} of ${count + nonFinite} paths are not finite${first ? `: ${sentence(first)}` : ''}. ${await remedyOf(paths, first)}`,
      },
    }),
    ...(negative !== undefined && { negative: { paths: negative, ...(below && { first: below }) } }),
  };
}

/** Both as warnings: what was lost, with what became of the mean; and states below 0, whose values are in it. */
export function lossWarnings(
  { divergence, negative }: { readonly divergence?: Divergence; readonly negative?: NegativeStates },
  { paths, lostPaths }: { readonly paths: number; readonly lostPaths: LostPaths },
): readonly EstimateWarning[] {
  const first = (of: { readonly first?: object }): object => (of.first ? { first: of.first } : {});
  const policy =
    lostPaths === 'exclude'
      ? 'The mean is that of the other paths, which are not a sample of the same law.'
      : "The mean is withheld: { lostPaths: 'exclude' } gives that of the other paths, which are not a sample of the same law.";
  return [
    ...(divergence
      ? [
          {
            kind: 'lost-paths' as const,
            lost: divergence.paths,
            paths,
            ...first(divergence),
            message: `${divergence.message} ${policy}`,
          },
        ]
      : []),
    ...(negative && negative.paths > 0
      ? [
          {
            kind: 'negative-states' as const,
            negative: negative.paths,
            paths,
            ...first(negative),
            message: below(negative, paths),
          },
        ]
      : []),
  ];
}

function below({ paths: negative, first }: NegativeStates, paths: number): string {
  const where = first
    ? `: the first is path ${first.path} in step ${first.step}, where ${first.state} is ${Number(first.value.toPrecision(6))}`
    : '';
  return `On ${negative} of ${paths} paths a state fell below 0 that the equation keeps at or above it${where}. Their values are in the mean. Take smaller steps, or a scheme that keeps the sign: quadraticExponential or alfonsi for a square-root process, exactChain where the law is known.`;
}

function remedyOf({ chain, key }: SampledPaths, first: Divergence['first']): Promise<string> | string {
  if (!first) return remedyFor(chain);
  const { kind, path, step, mirrored, state } = first;
  if (kind === 'functional') return 'Its states are finite: write a functional that is finite there.';
  return lossRemedy({ chain, key, path, step, state, sign: mirrored ? -1 : 1 });
}

function sentence({ kind, path, mirrored, step, state }: NonNullable<Divergence['first']>): string {
  const where = `path ${path}${mirrored ? ', mirrored,' : ''}`;
  const at = `(${state.map((value) => Number(value.toPrecision(6))).join(', ')})`;
  return kind === 'state'
    ? `the first is ${where} in step ${step}, from ${at}`
    : `the first is ${where}, whose functional is not finite at ${at}`;
}

/** The path itself, else its mirror image where there is one. */
function mirrors<T>({ antithetic }: SampledPaths, find: (sign: 1 | -1) => T | undefined): T | undefined {
  return find(1) ?? (antithetic ? find(-1) : undefined);
}

function firstLoss({ chain, functional, key }: SampledPaths, path: number, sign: 1 | -1): Divergence['first'] {
  const place = (step: number, state: Float64Array, kind: 'state' | 'functional') => ({
    ...placeOf(chain, path, step, sign),
    kind,
    state: Array.from(state),
  });
  const end = new Float64Array(chain.dimension);
  for (const { step, before, after } of walk(chain, key, path, sign)) {
    if (!after.every(Number.isFinite)) return place(step, before, 'state');
    end.set(after);
  }
  return Number.isFinite(functional.value(end.slice())) ? undefined : place(chain.steps, end, 'functional');
}

function firstBelow({ chain, key }: SampledPaths, path: number, sign: 1 | -1): NegativeStates['first'] {
  for (const { step, after } of walk(chain, key, path, sign)) {
    const index = chain.nonNegative?.find((i) => after[i] < 0);
    if (index !== undefined)
      return { ...placeOf(chain, path, step, sign), state: stateNames(chain)[index], value: after[index] };
  }
  return undefined;
}

const placeOf = ({ t0, h }: Chain, path: number, step: number, sign: 1 | -1): PathPlace => ({
  path,
  ...(sign < 0 && { mirrored: true as const }),
  step,
  t: t0 + step * h,
});
