import { key } from 'sde-core';
import { driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import { truncationWarnings } from '#sde-core/estimation/truncation-warning';
import type { Chain, Taming, Truncation } from '#sde-core/paths/chain';
import { walk } from '#sde-core/paths/walk';
import { gaussian } from '#sde-core/randomness/law';

type Step = (n: number, x: Float64Array, noise: Float64Array, out: Float64Array) => void;
const chain = (
  steps: number,
  x0: readonly number[],
  step: Step,
  more: { readonly truncation?: Truncation; readonly taming?: Taming; readonly t0?: number },
): Chain => ({
  name: 'by hand',
  dimension: x0.length,
  steps,
  h: 1 / steps,
  t0: 0,
  x0: Float64Array.from(x0),
  driver: driver([gaussian]),
  step,
  ...more,
});
const facts = (of: Chain, paths: number): readonly object[] =>
  truncationWarnings(of, key(1), paths).map(({ message: _, ...said }) => said);
const add: Step = (_, x, [w], out) => {
  for (let i = 0; i < x.length; i++) out[i] = x[i] + w;
};
/** Doubles, whatever the noise. */
const double: Step = (_, x, __, out) => {
  for (let i = 0; i < x.length; i++) out[i] = 2 * x[i];
};

describe('a truncation', () => {
  const cut = (radius: number, states = 1): Truncation => ({ radius, states, scheme: 'cut' });

  test('is counted on the paths that pass it before a step, with how far they went', () => {
    const of = chain(6, [0], add, { truncation: cut(1.5) });
    // The arrays of a walk are used again: taken one by one.
    const far = Array.from({ length: 200 }, (_, path) => {
      let most = 0;
      for (const { before } of walk(of, key(1), path)) most = Math.max(most, Math.abs(before[0]));
      return most;
    });
    const beyond = far.filter((size) => size > 1.5);
    expect(beyond.length).toBeGreaterThan(20);
    expect(beyond.length).toBeLessThan(200);
    expect(facts(of, 200)).toEqual([
      {
        kind: 'truncation-reached',
        reached: beyond.length,
        walked: 200,
        share: beyond.length / 200,
        radius: 1.5,
        largest: expect.closeTo(Math.max(...far), 12) as number,
      },
    ]);
  });

  test('is passed by more than its radius, in the norm of the states of the equation', () => {
    const at = (x0: readonly number[], radius: number, states: number) =>
      facts(
        chain(2, x0, (_, x, __, out) => out.set(x), { truncation: cut(radius, states) }),
        10,
      ).length > 0;
    expect(at([3, -4, 100], 5, 2)).toBe(false);
    expect(at([3, -4, 100], 4.99, 2)).toBe(true);
    expect(at([3, -4, 12], 12.99, 3)).toBe(true);
    expect(at([3, -4, 12], 13, 3)).toBe(false);
    // The last state is that of no step.
    const doubling = chain(2, [1], double, { truncation: cut(2) });
    expect(facts(doubling, 10)).toEqual([]);
    expect(facts(chain(3, [1], double, { truncation: cut(2) }), 10)).toMatchObject([{ largest: 4, share: 1 }]);
  });

  test('is passed by what is no number or infinite', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const of = chain(2, [1], (_, __, ___, out) => out.fill(wrong), { truncation: cut(1) });
      expect(facts(of, 10)).toMatchObject([{ reached: 10, largest: wrong }]);
      expect(truncationWarnings(of, key(1), 10)[0].message).toContain('if the equation itself stays finite');
    }
    const finite = truncationWarnings(chain(2, [3], double, { truncation: cut(2) }), key(1), 10);
    expect(finite[0].message).toContain('by a factor of more than 3,');
  });

  test('is looked for on as many paths as 2^18 steps make, from 64 to 1024, and no more than there are', () => {
    const walked = (steps: number, paths: number): unknown =>
      truncationWarnings(
        chain(steps, [9], (_, x, __, out) => out.set(x), { truncation: cut(1) }),
        key(1),
        paths,
      )[0].walked;
    expect(walked(2, 10)).toBe(10);
    expect(walked(2, 1e6)).toBe(1024);
    expect(walked(500, 1e6)).toBe(524);
    expect(walked(5000, 1e6)).toBe(64);
  });

  test('is nothing to a chain that has none', () => {
    expect(facts(chain(2, [1e9], double, {}), 10)).toEqual([]);
  });
});

describe('a taming', () => {
  const taming = (drift: Taming['drift'], states = 1): Taming => ({ drift, states, scheme: 'tamed' });
  const rest: Step = (_, x, __, out) => out.set(x);

  test('takes h |b| / (1 + h |b|) of a constant drift, and is said from a fiftieth on', () => {
    const constant = (hb: number) => facts(chain(8, [0], add, { taming: taming(() => [-8 * hb]) }), 20);
    // Of size s the part s/(1 + s): 1/50 for s = 1/49.
    expect(constant(1 / 48)).toEqual([
      { kind: 'drift-tamed', removed: expect.closeTo(1 / 49, 12) as number, share: 0, walked: 20 },
    ]);
    expect(constant(1 / 50)).toEqual([]);
    expect(constant(0)).toEqual([]);
    expect(constant(0.5)).toMatchObject([{ removed: expect.closeTo(1 / 3, 12) as number, share: 0 }]);
    expect(constant(0.51)).toMatchObject([{ share: 1 }]);
  });

  test('is that of all states of the equation, and of no other', () => {
    const both = chain(8, [1, 2, 7], rest, { taming: taming((_, x) => [3 * x[0], 2 * x[1]], 2) });
    // |b| = 5, h |b| = 5/8: moved by a step of Euler the drift differs by h (3·3, 2·4).
    const [found] = facts(both, 20);
    expect(found).toMatchObject({ removed: expect.closeTo(5 / 13, 12) as number, share: 1 });
    const lengths = new Set<number>();
    facts(
      chain(8, [1, 2, 7], rest, {
        taming: taming((_, x) => {
          lengths.add(x.length);
          return [0, 0];
        }, 2),
      }),
      3,
    );
    expect([...lengths]).toEqual([2]);
  });

  test('is weighed along the path, at the times and states before the steps', () => {
    const of = chain(4, [1], double, { taming: taming((t, x) => [x[0] * (2 - t)]), t0: 0.5 });
    // t = ½, ¾, 1, 1¼ and x = 1, 2, 4, 8.
    const sizes = [1, 2, 4, 8].map((x, n) => (x * (1.5 - n / 4)) / 4);
    const taken = sizes.reduce((sum, s) => sum + (s * s) / (1 + s), 0);
    const whole = sizes.reduce((sum, s) => sum + s, 0);
    expect(facts(of, 9)).toEqual([
      {
        kind: 'drift-tamed',
        removed: expect.closeTo(taken / whole, 12) as number,
        share: sizes.filter((s) => s > 1 / 2).length / 4,
        walked: 9,
      },
    ]);
  });

  test('is not said where a step of Euler misses an eighth of it or more, unless steps are large', () => {
    // b = a + c x at rest at 0: h a is taken to s, and Euler misses ½ h c h a.
    const linear = (hc: number, s = 1 / 4) =>
      facts(chain(8, [0], rest, { taming: taming((_, x) => [8 * (s + hc * x[0])]) }), 20).length > 0;
    // Taken: s²/(1 + s); missed: ½ hc s; eight times that is as much for hc = s / (4 (1 + s)) = 1/20.
    expect(linear(0.0499)).toBe(true);
    expect(linear(0.0501)).toBe(false);
    expect(linear(-0.0499)).toBe(true);
    expect(linear(-0.0501)).toBe(false);
    expect(linear(9, 0.51)).toBe(true);
    expect(linear(9, 0.49)).toBe(false);
  });

  test('is said where more than a quarter of the steps is large', () => {
    // Large on the first of so many steps, with a slope that hides the rest.
    const first = (large: number, steps: number) =>
      facts(
        chain(steps, [0], rest, {
          taming: taming((t, x) => [steps * ((t * steps < large - 0.5 ? 0.6 : 0.001) + 9 * x[0])]),
        }),
        20,
      );
    expect(first(2, 8)).toEqual([]);
    expect(first(3, 8)).toMatchObject([{ share: 3 / 8 }]);
  });

  test('leaves out what is no number', () => {
    const of = chain(4, [1], double, { taming: taming((_, x) => [x[0] > 3 ? Number.NaN : 4]) });
    expect(facts(of, 10)).toMatchObject([{ removed: expect.closeTo(1 / 2, 12) as number, share: 1 }]);
  });

  test('is looked for on as many paths as 2^14 steps make, and at least 8', () => {
    const walked = (steps: number, paths: number): unknown =>
      truncationWarnings(chain(steps, [0], rest, { taming: taming(() => [steps]) }), key(1), paths)[0].walked;
    expect(walked(16, 1e6)).toBe(1024);
    expect(walked(4000, 1e6)).toBe(8);
    expect(walked(1000, 1e6)).toBe(16);
    expect(walked(16, 5)).toBe(5);
  });
});
