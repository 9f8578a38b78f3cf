import { type ErrorPoint, fitConstant, type Interval, type OrderFit } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { combinedError } from './combined-error.js';

/** What is known of a ladder of steps before an error on it is looked at. */
export interface LadderFacts {
  /** The larger of h ‖DF̄‖ and of the standard deviation that noise gives a unit's argument, on the finest step: near 1 expansions in h say nothing. */
  readonly steepness: number;
  /** Whether the expansions that promise the orders are proved for this activation. */
  readonly smooth: boolean;
  /** Why standard errors on these steps may be too small, if so. */
  readonly sampling?: string;
}

/** A constant as h → 0, held against its prediction. */
export interface ConstantVerdict {
  readonly value: number;
  readonly interval: Interval;
  readonly verdict: 'agrees' | 'differs' | 'inconclusive';
  readonly reason: string;
}

/** Steepness up to which a refutation is believed: e^x and 1 + x + x²/2 then differ by less than a percent. */
export const MILD = 0.35;
/** Steepness above which a confirmation is not believed either. Empirical: at 1 slopes have been seen to settle, with the constant predicted; near 4 they settle on what is none. */
const STEEP = 2;
/** On a halving ladder the change of error / h^p halves from step to step once the next term alone counts; so much more is still taken for it. */
const CONTRACTION = 0.75;
/** By what part of it a change may differ from that of a + b h. Empirical. */
const STRAIGHT = 0.4;
/** What remains to h = 0 is then about the last change; a contradiction has to be so many times larger. */
const SAFETY = 3;

/**
 * An order's verdict with what the network itself says of the ladder: a refutation is kept only where the steps are small beside the steepest
 * layer, the local slopes have settled and the order is promised at all; a confirmation, where the steps are not larger than what the layers vary on.
 */
export function cautious(fit: OrderFit, points: readonly ErrorPoint[], facts: LadderFacts): OrderFit {
  if (fit.verdict === 'inconclusive') return fit;
  const withhold = (reason: string): OrderFit => ({ ...fit, verdict: 'inconclusive', reason });
  if (facts.sampling !== undefined) return withhold(facts.sampling);
  if (fit.verdict === 'confirmed') {
    const steep = coarse(facts, STEEP);
    return steep === undefined ? fit : withhold(`not yet asymptotic: ${steep}`);
  }
  if (!facts.smooth) return withhold(`the order ${fit.expected} is not promised where the activation has kinks`);
  const why = unsettledSlopes(points, fit) ?? coarse(facts);
  return why === undefined ? fit : withhold(`not yet asymptotic: ${why}`);
}

/** The constant of errors of order 1, and whether it is the predicted one. */
export function constantVerdict(
  points: readonly ErrorPoint[],
  predicted: readonly [number, number],
  confidence: number,
  facts: LadderFacts,
): ConstantVerdict {
  const fit = fitConstant(points, { order: 1, confidence });
  const { value, interval } = fit;
  const [low, high] = predicted;
  const judged = (verdict: ConstantVerdict['verdict'], reason: string): ConstantVerdict => ({
    value,
    interval,
    verdict,
    reason,
  });
  if (facts.sampling !== undefined) return judged('inconclusive', facts.sampling);
  const changes = changesOf(points);
  if (changes.length < 2)
    return judged('inconclusive', 'fewer than three steps: whether error / h settles is not seen');
  const [before, last] = changes.slice(-2);
  if (last.size - 2 * last.error > CONTRACTION * last.share * 2 * (before.size + 2 * before.error)) {
    return judged(
      'inconclusive',
      'not yet asymptotic: error / h does not settle on these steps, finer ones are needed',
    );
  }
  if (fit.verdict === 'inconclusive') return judged('inconclusive', fit.reason);
  if (!(high - low < Number.POSITIVE_INFINITY))
    return judged('inconclusive', 'not yet asymptotic: what it is held against does not settle on these steps');
  const distance = Math.max(interval.low - high, low - interval.high, 0);
  const steep = coarse(facts, STEEP);
  if (distance === 0 && steep !== undefined) return judged('inconclusive', `not yet asymptotic: ${steep}`);
  if (distance === 0) return judged('agrees', 'the interval holds the prediction');
  if (!facts.smooth) return judged('inconclusive', 'not yet asymptotic: at kinks error / h settles like √h');
  const why = coarse(facts) ?? bent(changes);
  if (why !== undefined) return judged('inconclusive', `not yet asymptotic: ${why}`);
  if (distance < SAFETY * (last.size + 2 * last.error)) {
    return judged(
      'inconclusive',
      'not yet asymptotic: error / h still changes by as much as it differs from the prediction',
    );
  }
  return judged('differs', 'the interval leaves the prediction out, by more than error / h still changes');
}

interface Change {
  /** Signed. */
  readonly change: number;
  readonly size: number;
  readonly error: number;
  readonly share: number;
}

/** Changes of error / h between neighboring steps, with standard errors; `share`: what each would be of the one before, if h² alone followed. */
function changesOf(points: readonly ErrorPoint[]): Change[] {
  const ladder = [...points].sort((a, b) => b.h - a.h);
  return ladder.slice(1).map((fine, i) => {
    const coarser = ladder[i];
    const above = ladder[i - 1];
    const change = fine.error / fine.h - coarser.error / coarser.h;
    return {
      change,
      size: Math.abs(change),
      error: combinedError(fine.standardError / fine.h, coarser.standardError / coarser.h),
      share: above ? (coarser.h - fine.h) / (above.h - coarser.h) : 1,
    };
  });
}

/**
 * Why error / h is not a + b h on the finest steps: its changes do not shrink as they then must, by `share`. A change that is too small says as
 * much against it as one that is too large: error / h may be at a turn.
 */
function bent(changes: readonly Change[]): string | undefined {
  if (changes.length < 3) return 'fewer than four steps do not show whether error / h settles';
  const straight = changes.slice(-2).every(({ change, error, share }, i) => {
    const before = changes[changes.length - 3 + i];
    const expected = share * before.change;
    return (
      Math.abs(change - expected) <= 2 * combinedError(error, share * before.error) + STRAIGHT * Math.abs(expected)
    );
  });
  return straight ? undefined : 'error / h does not settle like a + b h on these steps: finer ones are needed';
}

function coarse({ steepness }: LadderFacts, limit = MILD): string | undefined {
  if (steepness <= limit) return undefined;
  return `the finest step is ${steepness.toPrecision(2)} of what the layers vary on, and expansions in h need it well below 1: take more sub-layers a layer`;
}

/** Local slopes that still move towards the expected order by a third of what is missing, or cannot be told not to. */
function unsettledSlopes(points: readonly ErrorPoint[], { expected }: OrderFit): string | undefined {
  const ladder = [...points].sort((a, b) => b.h - a.h);
  const slopes = ladder.slice(1).map((fine, i) => {
    const coarser = ladder[i];
    const octaves = numbers.log(coarser.h / fine.h);
    const relative = combinedError(fine.standardError / fine.error, coarser.standardError / coarser.error);
    return { slope: numbers.log(coarser.error / fine.error) / octaves, error: relative / octaves };
  });
  if (slopes.length < 3) return 'fewer than four steps do not show whether the slopes have settled';
  const [before, last] = slopes.slice(-2);
  const change = Math.abs(last.slope - before.slope) + 2 * combinedError(last.error, before.error);
  if (expected - last.slope > SAFETY * change) return undefined;
  return `the local slopes still change, ${slopes.map(({ slope }) => slope.toFixed(2)).join(', ')} from coarse to fine: finer steps are needed`;
}
