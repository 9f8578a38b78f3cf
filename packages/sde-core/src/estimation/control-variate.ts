import type { Backend } from '../execution/backend.js';
import { BLOCK_SIZE } from '../execution/backend.js';
import { binomialInterval } from '../numerics/binomial-interval.js';
import type { Moments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { fold, type Key } from '../randomness/key.js';
import type { Functional } from './functional.js';
import { type KnownValues, knownValues } from './known-values.js';
import { sample } from './sample.js';
import type { EstimateWarning } from './sample-warnings.js';

/** A functional of the same paths whose expectation is known, for the chain itself (not for its limit). */
export interface Control {
  readonly functional: Functional;
  /** E of it, exactly. */
  readonly mean: number;
}

/** φ + factor · (ψ − shift), traced where both are. */
export function combined(
  phi: TerminalFunctional,
  psi: TerminalFunctional,
  factor: number,
  shift: number,
): TerminalFunctional {
  const [first, second] = [phi.trace, psi.trace];
  return {
    name: `${phi.name} + ${factor} (${psi.name} - ${shift})`,
    // What a closure writes is written into a copy: the other reads x too.
    value: (x) => phi.value(phi.trace ? x : x.slice()) + factor * (psi.value(x) - shift),
    ...(first && second
      ? {
          trace: (graph, state) => {
            const deviation = graph.subtract(second(graph, state), graph.constant(shift));
            return graph.add(first(graph, state), graph.multiply(graph.constant(factor), deviation));
          },
        }
      : {}),
  };
}

/** A control that is off by more standard errors than this has another mean. */
const DISTANT = 6;
/** The level of an interval of as many standard errors. */
const FAR_LEVEL = 1 - 2e-9;

/**
 * The regression coefficient Cov(φ, ψ)/Var(ψ), from one block of paths under a key of its own: the main run is then unbiased.
 *
 * The covariance comes from variances alone: with s = sd φ / sd ψ, Var(φ + sψ) = 2 Var φ (1 + ρ). 0 where either does not vary, with a warning; another warns
 * where the mean of ψ on these paths is not the one given, which would shift the estimate.
 */
export async function regressionCoefficient(
  chain: Chain,
  pair: { readonly phi: TerminalFunctional; readonly psi: TerminalFunctional; readonly mean: number },
  run: { readonly key: Key; readonly antithetic: boolean; readonly backend: Backend; readonly signal?: AbortSignal },
): Promise<{ readonly coefficient: number; readonly warnings: readonly EstimateWarning[] }> {
  const { phi, psi, mean } = pair;
  const { key, antithetic, backend, signal } = run;
  const pilot = fold(key, 'pilot');
  const moments = async (functional: TerminalFunctional): Promise<Moments> => {
    const prepared = await backend.prepare(program(chain, functional, { antithetic }), signal);
    return sample(backend, prepared, { key: pilot, first: 0, paths: BLOCK_SIZE }, { signal });
  };
  const [ofPhi, ofPsi] = [await moments(phi), await moments(psi)];
  const [first, second] = [varianceOf(ofPhi), varianceOf(ofPsi)];
  const warnings = otherMean(psi.name, ofPsi, mean, knownValues(chain, psi, { antithetic }));
  const ratio = Math.sqrt(first / second);
  const varies = first > 0 && second > 0;
  const correlation = varies ? varianceOf(await moments(combined(phi, psi, ratio, 0))) / (2 * first) - 1 : Number.NaN;
  const coefficient = ratio * correlation;
  if (Number.isFinite(coefficient)) return { coefficient, warnings };
  return { coefficient: 0, warnings: [...warnings, unused(first > 0 ? psi.name : phi.name)] };
}

const varianceOf = ({ count, m2, shape }: Moments): number =>
  shape && shape.least === shape.most ? 0 : m2 / Math.max(1, count - 1);

/** A warning where the mean of a control on some paths is not the one given. */
export function otherMean(
  name: string,
  moments: Moments,
  given: number,
  known: KnownValues,
): readonly EstimateWarning[] {
  const { count, mean, shape } = moments;
  if (!shape) return [];
  const error = Math.sqrt(varianceOf(moments) / count);
  const inside = withinCounts(moments, given, known);
  if (inside === true || (inside === undefined && 1 / shape.fourth < count / 100)) return [];
  const rounding = 64 * Number.EPSILON * Math.max(Math.abs(mean), Math.abs(given));
  if (inside === undefined && !(Math.abs(mean - given) > DISTANT * error + rounding)) return [];
  const message = `The control ${name} has the mean ${mean.toPrecision(6)} ± ${error.toPrecision(2)} on ${count} paths of this chain, not ${given}: the estimate is shifted by the difference times the coefficient. Give the expectation along the chain, not that of its limit.`;
  return [{ kind: 'control-mean', given, mean, standardError: error, message }];
}

/** Whether a mean is in the exact interval of the counts of two values, or of one and another bound; undefined where there are more values. */
function withinCounts({ count, shape }: Moments, given: number, { lowest, highest }: KnownValues): boolean | undefined {
  if (!shape) return undefined;
  const constant = shape.least === shape.most;
  if (!constant && shape.atLeast + shape.atMost !== count) return undefined;
  const least = constant && shape.least === highest ? lowest : shape.least;
  const most = constant && shape.least !== highest ? highest : shape.most;
  if (!(most > least) || !Number.isFinite(most - least)) return undefined;
  const hits = constant ? (shape.least === most ? count : 0) : shape.atMost;
  const [low, high] = binomialInterval(hits, count, FAR_LEVEL);
  const share = (given - least) / (most - least);
  return share >= low && share <= high;
}

const unused = (name: string): EstimateWarning => ({
  kind: 'control-unused',
  message: `${name} does not vary on ${BLOCK_SIZE} paths, or not within the floating-point numbers: the control was left out, and the estimate is that without it.`,
});
