import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import { controlBasis } from '#kolmogorov/open-loop/control-basis';
import { controlLayout } from '#kolmogorov/open-loop/control-layout';
import { box } from '#kolmogorov/open-loop/descent';
import type { FrozenHamiltonian } from '#kolmogorov/open-loop/frozen-hamiltonian';
import { successiveApproximations } from '#kolmogorov/open-loop/successive-approximations';

const open = Number.POSITIVE_INFINITY;
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => value * b[i]).reduce((sum, part) => sum + part, 0);

describe('successive approximations', () => {
  const layout = controlLayout(controlBasis('constant', Float64Array.of(0, 1, 3), 'test'), 1, 1, 3);
  /** H(θ) = h · θ + k/2 |θ|². */
  const [h, k] = [[1, -2, 0.5], 0.75];
  const H: FrozenHamiltonian = {
    layout,
    value: (x) => dot(h, x) + (k / 2) * dot(x, x),
    gradient: (x, out) => {
      x.forEach((v, i) => {
        out[i] = h[i] + k * v;
      });
      return H.value(x);
    },
  };
  const x = Float64Array.of(0.5, 0.25, -1);
  const all = box(new Float64Array(3).fill(-open), new Float64Array(3).fill(open));
  /** argmin of H + γ/2 ∫ |θ − x|², entry by entry: intervals last 1, 2, and the constant 3. */
  const heldAt = (gamma: number, from = x): number[] =>
    [1, 2, 3].map((time, i) => (gamma * time * from[i] - h[i]) / (k + gamma * time));
  /** J that is low enough from the γ on that `from` names. */
  const problem = (from: number) => {
    const counts = { hamiltonians: 0, values: 0, over: false };
    const enough =
      Math.sqrt(
        dot(
          heldAt(from).map((v, i) => v - x[i]),
          heldAt(from).map((v, i) => v - x[i]),
        ),
      ) * 1.0001;
    const J = (y: Float64Array): number => {
      const away = y.map((v, i) => v - x[i]);
      return Math.sqrt(dot(away, away)) <= enough ? -10 : 10;
    };
    return {
      counts,
      f: {
        *value(y: Float64Array) {
          yield;
          counts.values++;
          return counts.over ? 99 : J(y);
        },
        *gradient(y: Float64Array) {
          yield;
          return J(y);
        },
        *hamiltonian() {
          yield;
          counts.hamiltonians++;
          return H;
        },
      },
    };
  };
  const place = { x, objective: 0, gradient: new Float64Array(3) };

  test.each([
    [1, 1],
    [1, 4],
    [1, 64],
    [0.25, 0.25],
    [0.25, 4],
    [3 * 4 ** -20, 3 * 4 ** 10],
  ])('held by γ = %d at first, and by %d where J falls', (first, last) => {
    const { f, counts } = problem(last);
    const found = inOneGo(successiveApproximations(f).step(place, { holding: first }, all));
    const expected = heldAt(last);
    const size = Math.sqrt(
      dot(
        expected.map((v, i) => v - x[i]),
        expected.map((v, i) => v - x[i]),
      ),
    );
    found?.place.x.forEach((v, i) => {
      expect(Math.abs(v - expected[i])).toBeLessThan(1e-6 * size + 1e-12);
    });
    expect(found?.memory).toEqual({ holding: last / 4 });
    expect(found?.place.objective).toBe(-10);
    expect(counts.values).toBe(Math.round(Math.log2(last / first) / 2) + 2);
    // One at the place, one where it came to.
    expect(counts.hamiltonians).toBe(2);
    found?.place.gradient.forEach((slope, i) => {
      expect(slope).toBeCloseTo(h[i] + k * found.place.x[i], 12);
    });
  });

  test('gives up after thirty-one', () => {
    const { f, counts } = problem(3 * 4 ** 11);
    expect(inOneGo(successiveApproximations(f).step(place, { holding: 3 * 4 ** -20 }, all))).toBeUndefined();
    expect(counts.values).toBe(31);
  });

  test('starts held by 1, and asks for no Hamiltonian twice', () => {
    const { f, counts } = problem(1);
    const method = successiveApproximations(f);
    expect(method.empty).toEqual({ holding: 1 });
    const found = inOneGo(method.step(place, method.empty, all));
    expect(counts.hamiltonians).toBe(2);
    if (!found) throw new Error('it goes down');
    counts.over = true;
    inOneGo(method.step(found.place, found.memory, all));
    // J does not fall any more, so the one where it is serves for all trials.
    expect(counts.hamiltonians).toBe(2);
    inOneGo(method.step(place, method.empty, all));
    expect(counts.hamiltonians).toBe(3);
  });

  test.each([
    [0.9, true],
    [1.1, false],
  ])('J must fall by 10⁻⁴ of what H does: at %d of it, %s', (share, taken) => {
    const gain = H.value(Float64Array.from(heldAt(1))) - H.value(x);
    const f = {
      ...problem(1).f,
      *value() {
        yield;
        return (1e-4 * gain) / share;
      },
    };
    const found = inOneGo(successiveApproximations(f).step(place, { holding: 1 }, all));
    expect(found?.memory.holding === 1 / 4).toBe(taken);
  });

  test('stays within bounds', () => {
    const { f } = problem(0.01);
    const within = box(Float64Array.of(0.25, -open, -1.5), Float64Array.of(9, 0.5, 9));
    const found = inOneGo(successiveApproximations(f).step(place, { holding: 1 }, within));
    const expected = heldAt(1).map((v, i) => Math.min(Math.max(v, within.lower[i]), within.upper[i]));
    found?.place.x.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 8);
    });
  });

  test('tells its iterations, and ends at its signal', () => {
    const told: unknown[] = [];
    const { f } = problem(1);
    inOneGo(
      successiveApproximations(f, { onStep: (progress) => told.push(progress) }).step(place, { holding: 1 }, all),
    );
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(told.map((_, done) => ({ part: 'hamiltonian', done, of: 40 })));
    const ending = new AbortController();
    const step = successiveApproximations(f, {
      onStep: ({ done }) => done === 1 && ending.abort(),
      signal: ending.signal,
    }).step(place, { holding: 1 }, all);
    expect(() => inOneGo(step)).toThrow(expect.objectContaining({ code: 'cancelled' }));
  });
});
