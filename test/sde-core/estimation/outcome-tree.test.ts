import { describe, expect, test } from 'vitest';
import { terminalLaw } from '#sde-core/estimation/outcome-tree';
import type { Chain } from '#sde-core/paths/chain';
import type { Outcome } from '#sde-core/randomness/driver';
import { inOneGo } from '#sde-core/turns/work';

const chain = (steps: number, dimension: number, step: Chain['step']): Chain =>
  ({ steps, dimension, step }) as unknown as Chain;
const outcomes = (...pairs: readonly (readonly [number, number])[]): Outcome[] =>
  pairs.map(([probability, value]) => ({ probability, noise: Float64Array.of(value) }));
const coin = outcomes([0.25, 1], [0.75, -1]);
const law = (of: Chain, by: readonly Outcome[], x0: readonly number[], most = 1e6) =>
  inOneGo(terminalLaw(of, by, x0, most));
const walk = (steps: number, size = 1) =>
  chain(steps, 1, (_, x, [w], out) => {
    out[0] = x[0] + size * w;
  });

describe('the law at the end', () => {
  test('of a walk is binomial: states that meet again are one', () => {
    const found = law(walk(4), coin, [10]);
    expect(found?.count).toBe(5);
    const byState = new Map(Array.from(found?.states ?? [], (x, i) => [x, found?.probabilities[i]]));
    [1, 4, 6, 4, 1].forEach((ways, k) => {
      expect(byState.get(6 + 2 * k)).toBeCloseTo(ways * 0.25 ** k * 0.75 ** (4 - k), 15);
    });
  });

  test('merges states that are apart by rounding alone, relative to the largest', () => {
    // Ten times 0.1 in any order.
    expect(law(walk(10, 0.1), coin, [0])?.count).toBe(11);
    const two = (apart: number) => law(walk(1, apart), coin, [1])?.count;
    expect(two(2 ** -49)).toBe(1);
    expect(two(2 ** -40)).toBe(2);
    // Far from 0 they are apart by more.
    expect(law(walk(1, 2 ** -40), coin, [2 ** 20])?.count).toBe(1);
    expect(law(walk(1, 0), coin, [0])).toMatchObject({ count: 1 });
  });

  test('has the time and the noise of each step, and keeps all states of a row', () => {
    const of = chain(2, 2, (n, x, [w], out) => {
      out[0] = 2 * x[0] + w;
      out[1] = x[1] + (n + 1) * 10 * w;
    });
    const found = law(of, coin, [1, 5]);
    const rows = Array.from({ length: found?.count ?? 0 }, (_, i) => [
      found?.states[2 * i],
      found?.states[2 * i + 1],
      found?.probabilities[i],
    ]);
    expect(rows).toEqual([
      [7, 35, 0.0625],
      [5, -5, 0.1875],
      [3, 15, 0.1875],
      [1, -25, 0.5625],
    ]);
  });

  test('distinguishes rows by every state, and merges those that agree in all', () => {
    const of = chain(1, 2, (_, __, [w], out) => out.set([Math.abs(w), Math.sign(w)]));
    expect(law(of, coin, [0, 0])?.count).toBe(2);
    const same = chain(1, 2, (_, __, [w], out) => out.set([Math.abs(w), 7]));
    const merged = law(same, coin, [0, 0]);
    expect([merged?.count, Array.from(merged?.states ?? []), Array.from(merged?.probabilities ?? [])]).toEqual([
      1,
      [1, 7],
      [1],
    ]);
    // Each state by its own size.
    const small = chain(1, 2, (_, __, [w], out) => out.set([1e9, 1e-9 * w]));
    expect(law(small, coin, [0, 0])?.count).toBe(2);
    const swapped = chain(1, 2, (_, __, [w], out) => out.set([1e-9 * w, 1e9]));
    expect(law(swapped, coin, [0, 0])?.count).toBe(2);
  });

  test('is not there as soon as a step has more states than allowed', () => {
    const spread = chain(3, 1, (_, x, [w], out) => {
      out[0] = 3 * x[0] + w;
    });
    expect(law(spread, coin, [0], 8)?.count).toBe(8);
    expect(law(spread, coin, [0], 7)).toBeUndefined();
    expect(law(walk(4), coin, [0], 5)?.count).toBe(5);
    expect(law(walk(4), coin, [0], 4)).toBeUndefined();
    // States may meet in a step that has more branches than states.
    expect(law(walk(9), coin, [0], 10)?.count).toBe(10);
  });

  test('of many states adds up to 1, and its work can pause', () => {
    const spread = chain(10, 1, (_, x, [w], out) => {
      out[0] = 3 * x[0] + w;
    });
    const work = terminalLaw(spread, coin, [0], 1e6);
    let pauses = 0;
    for (;;) {
      const { done, value } = work.next();
      if (done) {
        expect(value?.count).toBe(1024);
        const total = value?.probabilities.reduce((sum, p) => sum + p, 0) ?? 0;
        expect(Math.abs(total - 1)).toBeLessThan(1024 * Number.EPSILON);
        break;
      }
      pauses++;
    }
    // A step pauses once, and once for each 256 states before and after it.
    const parts = (states: number): number => Math.ceil(states / 256);
    const all = Array.from({ length: 10 }, (_, n) => 1 + parts(2 ** n) + parts(2 ** (n + 1)));
    expect(pauses).toBe(all.reduce((sum, each) => sum + each, 0));
  });
});
