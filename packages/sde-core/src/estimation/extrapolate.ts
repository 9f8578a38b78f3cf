import { requireFinite } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { CombinedProvenance, Estimate } from './estimate.js';
import { VERSION } from './version.js';

/** What extrapolation takes of a level: an estimate, or a number with its error (0 for an exact one). */
export type Level = Estimate | { readonly mean: number; readonly standardError: number };

/**
 * Σ_l w_l E_l with Σ w = 1 and Σ w h^(order + j) = 0 for j = 0 … L − 2: the error of order `order` becomes one of order + L − 1.
 *
 * For h, h/2 and order 1 it is 2 E_(h/2) − E_h. Any ladder of distinct steps. The levels must be independent: SE² = Σ w² SE_l², with Welch's
 * degrees of freedom. The error expansion in whole powers of h is assumed: smooth coefficients and φ.
 *
 * @throws SdeError `value` for steps that are not distinct and positive, for an order that is not positive, or for two levels
 * under one key, which are not independent; `shape` if there is not one step a level.
 * @see [talay1990]
 */
export function extrapolate(
  estimates: readonly Level[],
  options: { readonly h: readonly number[]; readonly order: number },
): Estimate {
  const { h, order } = options;
  requireLadder(estimates, h, order);
  const weights = extrapolationWeights(h, order);
  const parts = estimates.map(({ standardError }, l) => (weights[l] * standardError) ** 2);
  const square = parts.reduce((sum, part) => sum + part, 0);
  const paths = estimates.reduce((sum, level) => sum + ('paths' in level ? level.paths : 0), 0);
  const welch = parts.reduce((sum, part, l) => {
    const level = estimates[l];
    return sum + ('freedom' in level && part > 0 ? part ** 2 / level.freedom : 0);
  }, 0);
  const levels: CombinedProvenance['levels'] = estimates.map((level) =>
    'provenance' in level ? level.provenance : { kind: 'given', mean: level.mean, standardError: level.standardError },
  );
  return {
    mean: estimates.reduce((sum, level, l) => sum + weights[l] * level.mean, 0),
    standardError: Math.sqrt(square),
    variance: square * paths,
    paths,
    nonFinite: estimates.reduce((sum, level) => sum + ('nonFinite' in level ? level.nonFinite : 0), 0),
    freedom: welch > 0 ? Math.max(1, Math.floor(square ** 2 / welch)) : Number.MAX_SAFE_INTEGER,
    provenance: { kind: 'extrapolated', h: [...h], order, weights, levels, version: VERSION },
  };
}

/** The weights of {@link extrapolate}, by elimination with the largest pivot. */
export function extrapolationWeights(h: readonly number[], order: number): number[] {
  const n = h.length;
  const scale = Math.max(...h);
  const rows = Array.from({ length: n }, (_, j) => [
    ...h.map((step) => (j === 0 ? 1 : (step / scale) ** (order + j - 1))),
    j === 0 ? 1 : 0,
  ]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

function requireLadder(estimates: readonly Level[], h: readonly number[], order: number): void {
  const where = 'extrapolate(estimates, { h, order })';
  const refuse = (what: string, expected: string, got: string, remedy: string): never => {
    throw new SdeError(what.startsWith('not one step') ? 'shape' : 'value', { what, where, expected, got, remedy });
  };
  if (h.length !== estimates.length || h.length < 2) {
    const got = `${estimates.length} estimates, ${h.length} steps`;
    refuse('not one step an estimate', 'at least two estimates, and as many steps', got, 'give h of every estimate');
  }
  for (const step of h) requireFinite(step, 'extrapolate({ h })', 'give the step of each level');
  requireFinite(order, 'extrapolate({ order })', 'give the weak order of the scheme');
  if (h.some((step) => step <= 0) || new Set(h).size < h.length) {
    refuse('steps that cannot be extrapolated', 'distinct positive h', h.join(', '), 'give each level another step');
  }
  if (order <= 0) refuse('not an order', 'a number > 0', String(order), 'give the weak order of the scheme');
  const keys = estimates.flatMap((level) =>
    'provenance' in level && level.provenance.kind === 'sampled' ? [level.provenance.key.words.join()] : [],
  );
  if (new Set(keys).size < keys.length) {
    const remedy = 'estimate each level under its own key: fold(key, level)';
    refuse('levels that are not independent', 'one key a level', 'two levels under one key', remedy);
  }
}
