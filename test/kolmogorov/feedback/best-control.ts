import { type ControlValues, controlled, implicitEuler, solveHJB } from 'kolmogorov';
import { expect } from 'vitest';
import { combinations, type Differenced, type Plain, rate, under } from './plain-hjb.js';

/** A controlled problem, and what its best controls must beat. */
export interface Case {
  readonly plain: Plain;
  readonly controls: Readonly<Record<string, ControlValues>>;
  /** Values of each control that the best one must beat. */
  readonly against: readonly (readonly number[])[];
  readonly how: Differenced;
  readonly terminal: string;
  /** Nodes without equation. */
  readonly given?: (p: number) => boolean;
  readonly sense?: 'maximize';
  /** Nodes where a stationary point is all that is promised: the differences there jump with the control. */
  readonly jumps?: (p: number) => boolean;
  readonly averaged?: boolean;
}

/** At every node of the last step the control that was found solves the equation, and no other of many is better. */
export function expectBest({
  plain,
  controls,
  against,
  how,
  terminal,
  given = () => false,
  jumps,
  sense,
  averaged,
}: Case): void {
  const T = 0.5;
  const { state, control, drift, diffusion, killing, running } = plain;
  const sign = sense ? -1 : 1;
  const outcome = solveHJB(
    {
      model: controlled({ state, control, drift, diffusion, time: 't' }),
      T,
      killing,
      running,
      terminal,
      controls,
      ...(sense && { sense }),
    },
    { ...how, stepping: implicitEuler({ steps: 2 }) },
  );
  expect(outcome.kind).toBe('converged');
  // The step that comes last has met the policy of the one before.
  const [t, later] = [0, T / 2];
  {
    const [u, right] = [outcome.value.slice(t).data, outcome.value.slice(later).data];
    const others = combinations(against).map((a) => under(plain, how, a, t, averaged));
    const policies = control.map((name) => outcome.policy[name].slice(t).data);
    u.forEach((_, p) => {
      if (given(p)) return;
      const speed = (u[p] - right[p]) / (T / 2);
      const own = rate(
        under(
          plain,
          how,
          policies.map((policy) => policy[p]),
          t,
          averaged,
        ),
        u,
        p,
      );
      expect(Math.abs(own - speed)).toBeLessThan(1e-10 * (1 + Math.abs(speed)));
      if (jumps?.(p)) return;
      for (const other of others)
        expect(sign * (rate(other, u, p) - speed)).toBeGreaterThan(-1e-9 * (1 + Math.abs(speed)));
    });
  }
}

/** n values from one to another. */
export const spread = (lower: number, upper: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => lower + ((upper - lower) * i) / (n - 1));
