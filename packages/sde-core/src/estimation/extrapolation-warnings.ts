import type { Warning } from '../errors/warning.js';
import { numbers } from '../expression/numbers.js';
import { hypot } from '../numerics/elementary.js';

/** What an order seen on three levels may be away from the one that is assumed before it is another. Empirical: corrections of the next order move it. */
const ORDER_APART = 0.5;
/** And in standard errors. */
const SIGNIFICANT = 3;

/** What the levels of a ladder say of the expansion that their extrapolation assumes. */
export function extrapolationWarnings(
  levels: readonly { readonly mean: number; readonly standardError: number }[],
  { h, order }: { readonly h: readonly number[]; readonly order: number },
): readonly Warning<'assumed-order'>[] {
  const ladder = levels
    .map(({ mean, standardError }, i) => ({ mean, error: standardError, h: h[i] }))
    .sort((a, b) => b.h - a.h)
    .slice(-3);
  const say = (message: string, facts: object): readonly Warning<'assumed-order'>[] => [
    { kind: 'assumed-order', order, ...facts, message },
  ];
  const assumed = `that errors go as h^${order}, then in whole powers of h, is assumed`;
  if (ladder.length < 3) {
    return say(`Two levels show no order: ${assumed}. A third would show it.`, {});
  }
  const [coarse, middle, fine] = ladder;
  const [first, second] = [coarse.mean - middle.mean, middle.mean - fine.mean];
  const [e1, e2] = [hypot(coarse.error, middle.error), hypot(middle.error, fine.error)];
  if (!(Math.abs(second) > SIGNIFICANT * e2) || !(Math.abs(first) > SIGNIFICANT * e1)) {
    if (first === 0 && second === 0) return [];
    return say(`The levels do not differ by ${SIGNIFICANT} standard errors: ${assumed}, and was not seen.`, {});
  }
  const steps = [coarse.h, middle.h, fine.h] as const;
  const ratio = first / second;
  const spread = Math.abs(ratio) * hypot(e1 / first, e2 / second) * SIGNIFICANT;
  const [least, seen, most] = [ratio - spread, ratio, ratio + spread].map((one) => orderOf(one, steps));
  if (ratio > 0 && least <= order + ORDER_APART && most >= order - ORDER_APART) return [];
  const found = Number.isFinite(seen) ? `the order ${seen.toPrecision(2)}` : 'no order at all';
  return say(
    `The last three levels show ${found}, where ${order} is assumed: the result may be no better than the finest level.`,
    {
      ...(Number.isFinite(seen) && { seen }),
    },
  );
}

const LARGEST = 16;

/** The p with (h₁^p − h₂^p) / (h₂^p − h₃^p) = ratio, which increases in p; −∞ for differences that do not shrink, +∞ if it is above 16. */
function orderOf(ratio: number, [h1, h2, h3]: readonly [number, number, number]): number {
  const at = (p: number): number => (numbers.power(h1 / h2, p) - 1) / (1 - numbers.power(h3 / h2, p));
  let [low, high] = [1e-3, LARGEST];
  if (!(ratio > at(low))) return Number.NEGATIVE_INFINITY;
  if (!(ratio < at(high))) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (at(middle) < ratio) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
