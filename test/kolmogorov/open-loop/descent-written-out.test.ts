import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import {
  box,
  type DescentState,
  descend,
  type Iterate,
  type Method,
  type Smooth,
  type SmoothWork,
} from '#kolmogorov/open-loop/descent';
import { type LbfgsMemory, projectedLbfgs } from '#kolmogorov/open-loop/projected-lbfgs';

const open = Number.POSITIVE_INFINITY;
const inParts = (f: Smooth): SmoothWork => ({
  // biome-ignore lint/correctness/useYield: a function that has one part.
  *value(x) {
    return f.value(x);
  },
  // biome-ignore lint/correctness/useYield: a function that has one part.
  *gradient(x, out) {
    return f.gradient(x, out);
  },
});
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => value * b[i]).reduce((sum, part) => sum + part, 0);

/** Not quadratic, with curvatures of many sizes. */
const hilly: Smooth = {
  value: (x) =>
    x.reduce(
      (sum, v, i) => sum + (i + 1) * (v - 1) ** 2 + (v - x[(i + 1) % x.length]) ** 4 + Math.cos(2 * v + i) / 2,
      0,
    ),
  gradient: (x, out) => {
    const n = x.length;
    x.forEach((v, i) => {
      const [next, before] = [x[(i + 1) % n], x[(i + n - 1) % n]];
      out[i] = 2 * (i + 1) * (v - 1) + 4 * (v - next) ** 3 - 4 * (before - v) ** 3 - Math.sin(2 * v + i);
    });
    return hilly.value(x);
  },
};

/** −H ∇f with H the dense BFGS matrix of the pairs, on the free variables. */
function denseDirection(gradient: Float64Array, free: readonly boolean[], pairs: LbfgsMemory): number[] {
  const n = gradient.length;
  const masked = (v: ArrayLike<number>): number[] => Array.from(v, (value, i) => (free[i] ? value : 0));
  const g = masked(gradient);
  if (pairs.length === 0) return g.map((value) => -value / Math.max(1, Math.sqrt(dot(g, g))));
  const own = pairs.map(({ s, y }) => ({ s: masked(s), y: masked(y) })).filter(({ s, y }) => dot(s, y) > 0);
  const last = own[own.length - 1];
  const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1;
  let H = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? scale : 0)));
  for (const { s, y } of own) {
    const rho = 1 / dot(s, y);
    const left = H.map((_, i) => H.map((_, j) => (i === j ? 1 : 0) - rho * s[i] * y[j]));
    const product = (A: number[][], B: number[][]): number[][] =>
      A.map((row) => B[0].map((_, j) => row.reduce((sum, value, k) => sum + value * B[k][j], 0)));
    const transposed = left[0].map((_, j) => left.map((row) => row[j]));
    H = product(product(left, H), transposed).map((row, i) => row.map((value, j) => value + rho * s[i] * s[j]));
  }
  return H.map((row, i) => (free[i] ? -dot(row, g) : 0));
}

describe('projected L-BFGS, step by step', () => {
  test.each([
    ['without bounds', -open, open],
    ['with bounds that bind', -0.2, 0.9],
    ['with bounds of one side', -open, 0.95],
  ])('goes along what the dense BFGS matrix of the last ten pairs gives: %s', (_, lower, upper) => {
    const within = box(new Float64Array(6).fill(lower), new Float64Array(6).fill(upper));
    const method = projectedLbfgs(inParts(hilly));
    let x = within.project(Float64Array.of(3, -2, 0.5, 4, -1, 2));
    let known: LbfgsMemory = method.empty;
    let steps = 0;
    for (; steps < 16; steps++) {
      const gradient = new Float64Array(6);
      const objective = hilly.gradient(x, gradient);
      const found = inOneGo(method.step({ x, objective, gradient }, known, within));
      if (!found) break;
      const free = Array.from(gradient, (g, i) => !((x[i] <= lower && g > 0) || (x[i] >= upper && g < 0)));
      let along = denseDirection(gradient, free, known);
      const trialOf = (): Float64Array | undefined => {
        for (let step = 1; step > 2 ** -40; step /= 2) {
          const trial = within.project(x.map((v, i) => v + step * along[i]));
          const predicted = dot(
            gradient,
            trial.map((v, i) => v - x[i]),
          );
          if (predicted < 0 && hilly.value(trial) <= objective + 1e-4 * predicted) return trial;
        }
        return undefined;
      };
      let before = known;
      let expected = trialOf();
      if (!expected && known.length > 0) {
        before = [];
        along = denseDirection(gradient, free, []);
        expected = trialOf();
      }
      if (!expected) throw new Error('there is a step');
      const size = Math.sqrt(
        dot(
          expected.map((v, i) => v - x[i]),
          expected.map((v, i) => v - x[i]),
        ),
      );
      if (size < 1e-7) break;
      found.place.x.forEach((v, i) => {
        expect(Math.abs(v - (expected as Float64Array)[i])).toBeLessThan(1e-7 * size);
      });
      const next = new Float64Array(6);
      expect(found.place.objective).toBe(hilly.gradient(found.place.x, next));
      expect(found.place.gradient).toEqual(next);
      const pair = {
        s: Array.from(found.place.x, (v, i) => v - x[i]),
        y: Array.from(next, (v, i) => v - gradient[i]),
      };
      expect(found.memory).toEqual([...before, pair].slice(-10));
      x = found.place.x;
      known = found.memory;
    }
    expect(steps).toBeGreaterThan(lower === -open && upper === open ? 10 : 3);
  });

  /** f falls with slope −1 from 0 up to `far` and is 1 beyond. */
  const until = (far: number): SmoothWork =>
    inParts({
      value: ([x]) => (x <= far ? -x : 1),
      gradient: ([x], out) => {
        out[0] = -1;
        return -x;
      },
    });
  const start = { x: Float64Array.of(0), objective: 0, gradient: Float64Array.of(-1) };
  const line = box(Float64Array.of(-open), Float64Array.of(open));

  test.each([1, 0.5, 2 ** -20, 2 ** -39])('halves until it is lower: %d', (far) => {
    expect(inOneGo(projectedLbfgs(until(far)).step(start, [], line))?.place.x[0]).toBe(far);
  });
  test('at most forty times', () => {
    const f = until(2 ** -40);
    let count = 0;
    const counted: SmoothWork = {
      ...f,
      *value(x) {
        count++;
        return yield* f.value(x);
      },
    };
    expect(inOneGo(projectedLbfgs(counted).step(start, [], line))).toBeUndefined();
    expect(count).toBe(40);
  });
  test('what misled is forgotten, with the pair of the step that was found without it', () => {
    // The pair says that the curvature is 2⁻⁴⁵, so that its steps are too long by far.
    const misled = { s: [2 ** 45], y: [1] };
    const found = inOneGo(projectedLbfgs(until(1)).step(start, [misled], line));
    expect(found?.place.x[0]).toBe(1);
    // The slope is the same there: no curvature, nothing to remember.
    expect(found?.memory).toEqual([]);
  });
  test.each([
    [0.5, 1],
    [1e-11, 1],
    [0, 0],
    [-0.5, 0],
  ])('a pair is remembered where the slope grows along the step: by %d, %d', (growth, count) => {
    const f = inParts({
      value: ([x]) => -x,
      gradient: (x, out) => {
        out[0] = -1 + (x[0] > 0 ? growth : 0);
        return -x[0];
      },
    });
    expect(inOneGo(projectedLbfgs(f).step(start, [], line))?.memory.length).toBe(count);
  });
  test('a curvature that is rounding beside the change of the gradient is not remembered', () => {
    for (const [along, remembered] of [
      [0.5e-12, false],
      [2e-12, true],
    ] as const) {
      const f = inParts({
        value: ([x]) => -x,
        gradient: (x, out) => {
          out[0] = -1 + (x[0] > 0 ? along : 0);
          out[1] = x[0] > 0 ? 1 : 0;
          return -x[0];
        },
      });
      const place = { x: new Float64Array(2), objective: 0, gradient: Float64Array.of(-1, 0) };
      const plane = box(new Float64Array(2).fill(-open), new Float64Array(2).fill(open));
      expect(inOneGo(projectedLbfgs(f).step(place, [], plane))?.memory.length).toBe(remembered ? 1 : 0);
    }
  });
  test('what is held at a bound does not count for the length of the first step', () => {
    const f = inParts({ value: () => -1e9, gradient: () => -1e9 });
    const within = box(Float64Array.of(0, -9, -9, -9), Float64Array.of(9, 9, 5, 5));
    const place = { x: Float64Array.of(0, 0, 5, 5), objective: 0, gradient: Float64Array.of(30, 4, -50, 3) };
    const moved = inOneGo(projectedLbfgs(f).step(place, [], within))?.place.x;
    // (4, 3) has length 5.
    expect(moved).toEqual(Float64Array.of(0, -4 / 5, 5, 5 - 3 / 5));
    const short = { ...place, gradient: Float64Array.of(30, 0.25, -50, 0.5) };
    expect(inOneGo(projectedLbfgs(f).step(short, [], within))?.place.x).toEqual(Float64Array.of(0, -0.25, 5, 4.5));
  });
});

describe('a descent', () => {
  /** f = slope · x: the residual is |slope|, within the box. */
  const flat = (slope: number, value: number): SmoothWork =>
    inParts({
      value: () => value,
      gradient: (x, out) => {
        out.fill(0);
        out[0] = slope;
        return value + 0 * x[0];
      },
    });
  const plane = box(Float64Array.of(-open, -open), Float64Array.of(open, open));
  const never: Method<number> = {
    name: 'never',
    citation: '',
    empty: 0,
    *step() {
      yield;
      return undefined;
    },
  };
  const run = (slope: number, value: number, tolerance: number) =>
    inOneGo(descend(flat(slope, value), never, new Float64Array(2), { box: plane, tolerance, iterations: 9 }));

  test('converges where the residual is within the tolerance times 1 + |f|', () => {
    expect(run(0.5, 3, 0.125).kind).toBe('converged');
    expect(run(0.5, -3, 0.125).kind).toBe('converged');
    expect(run(-0.5, -3, 0.125).kind).toBe('converged');
    expect(run(0.5001, 3, 0.125)).toMatchObject({ kind: 'stalled', reason: 'no-descent' });
    expect(run(0.5, 2.99, 0.125).kind).toBe('stalled');
    expect(run(0, 3, 0).kind).toBe('converged');
  });

  const seen: Iterate[] = [];
  const states: DescentState<number>[] = [];
  const parabola = inParts({
    value: ([x, y]) => x * x + y * y,
    gradient: (x, out) => {
      out.set(x.map((v) => 2 * v));
      return dot(x, x);
    },
  });
  /** Halves x; counts its steps in what it remembers. */
  const halving = {
    name: 'halving',
    citation: '',
    empty: 7,
    *step({ x }: { x: Float64Array }, memory: number) {
      yield;
      const half = x.map((v) => v / 2);
      return { place: { x: half, objective: dot(half, half), gradient: half.map((v) => 2 * v) }, memory: memory + 1 };
    },
  };
  const within = box(Float64Array.of(-5, -5), Float64Array.of(5, 5));
  const how = { box: within, tolerance: 0, iterations: 3 };

  test('begins at the projection of its start, tells every iterate, and ends with the last', () => {
    const found = inOneGo(
      descend(parabola, halving, Float64Array.of(8, -4), {
        ...how,
        onIterate: (iterate, state) => {
          seen.push(iterate);
          states.push(JSON.parse(JSON.stringify(state())));
        },
      }),
    );
    // x − P(x − 2 x) = min(2 |x|, |x| + 5).
    const expected = [
      [0, 41, 10],
      [1, 41 / 4, 5],
      [2, 41 / 16, 2.5],
      [3, 41 / 64, 1.25],
    ].map(([iteration, objective, residual]) => ({ iteration, objective, residual }));
    expect(seen).toEqual(expected);
    expect(found.history).toEqual(expected);
    expect(found).toMatchObject({ kind: 'stalled', reason: 'iterations', objective: 41 / 64 });
    expect(found.x).toEqual(Float64Array.of(5 / 8, -1 / 2));
    expect(found.gradient).toEqual(Float64Array.of(5 / 4, -1));
    expect(states[2]).toEqual({
      x: [1.25, -1],
      gradient: [2.5, -2],
      objective: 41 / 16,
      memory: 9,
      history: expected.slice(0, 3),
    });
  });

  test('goes on from a state as if there had been no interruption, and tells nothing twice', () => {
    const again: Iterate[] = [];
    const found = inOneGo(
      descend(parabola, halving, Float64Array.of(99, 99), {
        ...how,
        resume: states[1],
        onIterate: (iterate) => again.push(iterate),
      }),
    );
    expect(again).toEqual(seen.slice(2));
    expect(found.history).toEqual(seen);
    expect(found.x).toEqual(Float64Array.of(5 / 8, -1 / 2));
  });

  test('no iterations: where it starts', () => {
    const found = inOneGo(descend(parabola, halving, Float64Array.of(1, 1), { ...how, iterations: 0 }));
    expect([found.kind, found.reason, found.history.length]).toEqual(['stalled', 'iterations', 1]);
  });
});
