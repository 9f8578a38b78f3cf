import type { Warning } from '../errors/warning.js';
import type { Chain } from '../paths/chain.js';
import { walk } from '../paths/walk.js';
import type { Key } from '../randomness/key.js';

/** `truncation-reached`: states at which the scheme does not take the coefficients of the equation. */
export type TruncationWarning = Warning<'truncation-reached'>;

/** Steps that are walked again to see it, and the fewest and most paths for that: what one path in a hundred does is seen. Empirical. */
const STEPS = 2 ** 18;
const FEWEST = 64;
const MOST = 1024;

/**
 * What there is to say of a chain whose scheme cuts the coefficients off at a distance from 0: on how many of the first paths under this key that distance was
 * reached, and how far they went. Nothing for other chains, and nothing where none of these paths reached it.
 *
 * Cost: at most 1024 paths, on the calling thread.
 */
export function truncationWarnings(chain: Chain, key: Key, paths: number): readonly TruncationWarning[] {
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

const digits = (value: number): string => String(Number(value.toPrecision(3)));
