import type { Work } from 'sde-core';
import type { Factors } from '../linear/factors.js';

/** Lets steps that know nothing of it wait for what takes long: the step is left, the work is done in parts, and the step begins again. */
export interface Patience {
  /** Takes a step; where it was left, what it waited for is made, `restore` puts back what it had changed, and it begins again. */
  patiently(step: () => void, restore: () => void): Work<void>;
  /** Factors: within a step that is taken patiently, it is left until they have been made `inParts` and `put` where the step will find them. */
  factors<Made>(atOnce: () => Made, inParts: () => Work<Made>, put: (made: Made) => void): Made;
  /** v ← M⁻¹ v, or M⁻ᵀ v: within a step that is taken patiently, and where one solve may take long, the step is left until it is done in parts. */
  solve(factors: Factors, way: 'solve' | 'solveTransposed', v: Float64Array): void;
}

/** What leaves a step: no error, and never seen outside. */
const LEFT = Symbol('a step waits for its factors');

/** One for all operators of a generator. */
export function patience(): Patience {
  let patient = false;
  let wanted: (() => Work<void>) | undefined;
  // What the solves of a step gave before it was left: the same again, in the same order, when it begins anew.
  let known: Float64Array[] = [];
  let next = 0;
  const wasLeft = (step: () => void): boolean => {
    patient = true;
    next = 0;
    try {
      step();
      return false;
    } catch (thrown) {
      if (thrown !== LEFT) throw thrown;
      return true;
    } finally {
      patient = false;
    }
  };
  return {
    *patiently(step, restore) {
      known = [];
      while (wasLeft(step)) {
        const work = wanted;
        wanted = undefined;
        if (work) yield* work();
        restore();
      }
    },
    factors: (atOnce, inParts, put) => {
      if (!patient) return atOnce();
      wanted = function* () {
        put(yield* inParts());
      };
      throw LEFT;
    },
    solve: (factors, way, v) => {
      const { inParts } = factors;
      if (!patient || !inParts) return factors[way](v);
      if (next < known.length) return v.set(known[next++]);
      const own = v.slice();
      wanted = function* () {
        yield* inParts[way](own);
        known.push(own);
      };
      throw LEFT;
    },
  };
}
