import type { Backend } from '../execution/backend.js';
import { BLOCK_SIZE } from '../execution/backend.js';
import type { Chain } from '../paths/chain.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { fold, type Key } from '../randomness/key.js';
import type { Functional } from './functional.js';
import { sample } from './sample.js';

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
    value: (x) => phi.value(x) + factor * (psi.value(x) - shift),
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

/**
 * The regression coefficient Cov(φ, ψ)/Var(ψ), from one block of paths under a key of its own: the main run is then unbiased.
 *
 * The covariance comes from variances alone: with s = sd φ / sd ψ, Var(φ + sψ) = 2 Var φ (1 + ρ). 0 where either does not vary.
 */
export async function regressionCoefficient(
  chain: Chain,
  pair: { readonly phi: TerminalFunctional; readonly psi: TerminalFunctional },
  run: { readonly key: Key; readonly antithetic: boolean; readonly backend: Backend; readonly signal?: AbortSignal },
): Promise<number> {
  const { phi, psi } = pair;
  const { key, antithetic, backend, signal } = run;
  const pilot = fold(key, 'pilot');
  const variance = async (functional: TerminalFunctional): Promise<number> => {
    const prepared = await backend.prepare(program(chain, functional, { antithetic }), signal);
    const { count, m2 } = await sample(backend, prepared, { key: pilot, first: 0, paths: BLOCK_SIZE }, { signal });
    return m2 / Math.max(1, count - 1);
  };
  const [first, second] = [await variance(phi), await variance(psi)];
  if (!(first > 0 && second > 0)) return 0;
  const ratio = Math.sqrt(first / second);
  const correlation = (await variance(combined(phi, psi, ratio, 0))) / (2 * first) - 1;
  return Number.isFinite(correlation) ? ratio * correlation : 0;
}
