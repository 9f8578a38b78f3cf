import type { Warning } from '../errors/warning.js';
import type { Chain, Taming } from '../paths/chain.js';
import { walk } from '../paths/walk.js';
import type { Key } from '../randomness/key.js';

/** `truncation-reached`: states at which the scheme does not take the coefficients of the equation; `drift-tamed`: a drift that the scheme makes visibly smaller. */
export type TruncationWarning = Warning<'truncation-reached' | 'drift-tamed'>;

/** Steps that are walked again to see it, and the fewest and most paths for that: what one path in a hundred does is seen. Empirical. */
const STEPS = 2 ** 18;
const FEWEST = 64;
const MOST = 1024;

/**
 * What there is to say of a chain whose scheme cuts the coefficients off at a distance from 0: on how many of the first paths under this key that distance was
 * reached, and how far they went; and of one that tames the drift: what part of it, where that is more than a scheme of its order would lose. Nothing for other
 * chains, and nothing where no path shows it.
 *
 * Cost: at most 1024 paths, on the calling thread.
 */
export function truncationWarnings(chain: Chain, key: Key, paths: number): readonly TruncationWarning[] {
  if (chain.copies) return ofCopies(chain.copies, key, paths);
  if (chain.taming) return tamingWarnings(chain, chain.taming, key, paths);
  if (!chain.truncation) return [];
  const { radius, states, scheme } = chain.truncation;
  const walked = Math.min(paths, Math.max(FEWEST, Math.min(MOST, Math.floor(STEPS / chain.steps))));
  let reached = 0;
  let largest = 0;
  for (let path = 0; path < walked; path++) {
    let farthest = 0;
    for (const { before } of walk(chain, key, path)) {
      let square = 0;
      for (let i = 0; i < states; i++) square += before[i] * before[i];
      // Not a number, and infinite, is beyond as well.
      if (!(square <= farthest * farthest)) farthest = Math.sqrt(square);
    }
    if (farthest <= radius) continue;
    reached++;
    if (!(farthest <= largest)) largest = farthest;
  }
  if (reached === 0) return [];
  const factor = largest / radius;
  const raise = Number.isFinite(factor)
    ? `Raise its scale by a factor of more than ${digits(factor)}`
    : 'Raise its scale, if the equation itself stays finite';
  return [
    {
      kind: 'truncation-reached',
      reached,
      walked,
      share: reached / walked,
      radius,
      largest,
      message:
        `On ${reached} of the first ${walked} paths the state went farther from 0 than ${digits(radius)}, up to ${digits(largest)}: from there on ${scheme} ` +
        `takes b and σ of a nearer state, and the mean is that of another equation. ${raise}, or take smaller steps or a scheme that truncates nothing.`,
    },
  ];
}

/** What there is to say of the chains of a batch, each thing once. */
function ofCopies(copies: readonly Chain[], key: Key, paths: number): readonly TruncationWarning[] {
  const said = copies.flatMap((copy) => truncationWarnings(copy, key, paths));
  return said.filter(({ message }, i) => said.findIndex((other) => other.message === message) === i);
}

/** Steps that are walked again to see what the taming takes. */
const TAMED_STEPS = 2 ** 14;
/** A drift of which less is taken away is not spoken of; nor one that Euler's own step misses by more than an eighth of that; and the share of steps with h |b| > ½ that is. Empirical. */
const LEAST_TAKEN = 1 / 50;
const BEYOND_ORDER = 8;
const LARGE_STEPS = 1 / 4;

/**
 * Along paths: the part of h b that 1 + h |b| takes away, and for comparison what a step of Euler's misses, ½ h |b(t, x + h b) − b(t, x)|: both are of order h², but the
 * first goes with |b|, which depends on the units of the state.
 */
function tamingWarnings(
  chain: Chain,
  { drift, states, scheme }: Taming,
  key: Key,
  paths: number,
): readonly TruncationWarning[] {
  const { steps, h, t0 } = chain;
  const walked = Math.min(paths, Math.max(8, Math.floor(TAMED_STEPS / steps)));
  let [whole, taken, missed, large, seen] = [0, 0, 0, 0, 0];
  const x = new Float64Array(states);
  const ahead = new Float64Array(states);
  for (let path = 0; path < walked; path++) {
    for (const { step, before } of walk(chain, key, path)) {
      const t = t0 + (step - 1) * h;
      x.set(before.subarray(0, states));
      const b = Float64Array.from(drift(t, x));
      const size = h * length(b);
      for (let i = 0; i < states; i++) ahead[i] = x[i] + h * b[i];
      const later = drift(t, ahead);
      const miss = (h / 2) * length(b.map((value, i) => later[i] - value));
      if (!Number.isFinite(size + miss)) continue;
      seen++;
      whole += size;
      taken += (size * size) / (1 + size);
      missed += miss;
      if (size > 1 / 2) large++;
    }
  }
  const removed = taken / whole;
  const share = large / seen;
  const beyond = removed > LEAST_TAKEN && taken > BEYOND_ORDER * missed;
  if (!(beyond || share > LARGE_STEPS)) return [];
  return [
    {
      kind: 'drift-tamed',
      removed,
      share,
      walked,
      message:
        `${scheme} divides the drift by 1 + h |b|, which takes ${digits(100 * removed)} % of it away along the first ${walked} paths: the mean moves by less than the equation's. ` +
        'Scale the states so that |b| is small, take smaller steps, or, where the drift grows no faster than linearly, eulerMaruyama, which takes it whole.',
    },
  ];
}

const length = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const digits = (value: number): string => String(Number(value.toPrecision(3)));
