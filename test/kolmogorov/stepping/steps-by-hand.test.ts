import {
  bdf2,
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  type Stepping,
  strang,
  thetaMethod,
  trBdf2,
} from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { scratchOf } from '#kolmogorov/stepping/sweep';
import { type Dense, denseOperator, type Matrix, solved, sum, times } from './dense-operator.js';

/** The parts of A u + g at a fraction of the step. */
type At = (fraction: number) => Dense;
type Formula = (at: At, dt: number, u: number[], previous: number[]) => number[];

const plus = (u: readonly number[], ...terms: readonly (readonly [number, readonly number[]])[]): number[] =>
  u.map((value, p) => terms.reduce((total, [factor, term]) => total + factor * term[p], value));
const whole = ({ along, mixed }: Dense): Matrix => sum([...along, mixed]);
/** A u + g. */
const slope = (of: Dense, u: readonly number[]): number[] => plus(times(whole(of), u), [1, of.forcing]);

const theta =
  (weight: number): Formula =>
  (at, dt, u) =>
    solved(whole(at(1)), weight * dt, plus(u, [(1 - weight) * dt, slope(at(0), u)], [weight * dt, at(1).forcing]));

/** yₖ = yₖ₋₁ + θ dt (A₁ₖ yₖ − A₀ₖ u). */
const swept = (to: Dense, from: Dense, shift: number, start: number[], u: number[]): number[] =>
  to.along.reduce((y, a, k) => solved(a, shift, plus(y, [-shift, times(from.along[k], u)])), start);

const craig =
  (weight: number, mu: number): Formula =>
  (at, dt, u) => {
    const [from, to] = [at(0), at(1)];
    const start = plus(u, [dt, slope(from, u)]);
    const y = swept(to, from, weight * dt, start, u);
    const [axes, before] = [to, from].map(({ along }) => sum(along));
    const again = plus(
      start,
      [dt / 2, times(to.mixed, y)],
      [-dt / 2, times(from.mixed, u)],
      [dt / 2, to.forcing],
      [-dt / 2, from.forcing],
      [mu * dt, times(axes, y)],
      [-mu * dt, times(before, u)],
    );
    return swept(to, from, weight * dt, again, u);
  };

/** The predictor and the step. */
const verwer = (weight: number, at: At, dt: number, u: number[]): [y: number[], z: number[]] => {
  const [from, to] = [at(0), at(1)];
  const start = plus(u, [dt, slope(from, u)]);
  const y = swept(to, from, weight * dt, start, u);
  const again = plus(start, [dt / 2, slope(to, y)], [-dt / 2, slope(from, u)]);
  return [y, swept(to, to, weight * dt, again, y)];
};

const gamma = 2 - Math.SQRT2;
/** The stage between and the step. */
const twoStage = (at: At, dt: number, u: number[]): [v: number[], u: number[]] => {
  const shift = (gamma / 2) * dt;
  const v = solved(whole(at(gamma)), shift, plus(u, [shift, slope(at(0), u)], [shift, at(gamma).forcing]));
  const weight = 1 / (gamma * (2 - gamma));
  const right = v.map((value, p) => weight * value - weight * (1 - gamma) ** 2 * u[p] + shift * at(1).forcing[p]);
  return [v, solved(whole(at(1)), shift, right)];
};

const peaceman = (a: Matrix, shift: number, u: number[]): number[] => solved(a, shift, plus(u, [shift, times(a, u)]));

const formulas: readonly [string, (more: { steps: number; smoothing?: number }) => Stepping, Formula][] = [
  ['explicitEuler', ({ steps }) => explicitEuler({ steps }), (at, dt, u) => plus(u, [dt, slope(at(0), u)])],
  ['implicitEuler', ({ steps }) => implicitEuler({ steps }), theta(1)],
  ['crankNicolson', crankNicolson, theta(1 / 2)],
  ['θ = 0.3', (options) => thetaMethod({ ...options, theta: 0.3 }), theta(0.3)],
  ['θ = 1', (options) => thetaMethod({ ...options, theta: 1 }), theta(1)],
  [
    'bdf2',
    ({ steps }) => bdf2({ steps }),
    (at, dt, u, previous) =>
      solved(
        whole(at(1)),
        (2 / 3) * dt,
        u.map((value, p) => (4 * value - previous[p] + 2 * dt * at(1).forcing[p]) / 3),
      ),
  ],
  ['trBdf2', ({ steps }) => trBdf2({ steps }), (at, dt, u) => twoStage(at, dt, u)[1]],
  [
    'douglas',
    (options) => douglas({ ...options, theta: 0.4 }),
    (at, dt, u) => {
      const [from, to] = [at(0), at(1)];
      const start = plus(u, [dt, times(whole(from), u)], [0.6 * dt, from.forcing], [0.4 * dt, to.forcing]);
      return swept(to, from, 0.4 * dt, start, u);
    },
  ],
  ['craigSneyd', craigSneyd, craig(1 / 2, 0)],
  ['modifiedCraigSneyd', (options) => modifiedCraigSneyd({ ...options, theta: 0.4 }), craig(0.4, 0.1)],
  ['modifiedCraigSneyd, its own θ', modifiedCraigSneyd, craig(1 / 3, 1 / 6)],
  ['hundsdorferVerwer', hundsdorferVerwer, (at, dt, u) => verwer(1 / 2 + Math.sqrt(3) / 6, at, dt, u)[1]],
  [
    'hundsdorferVerwer, θ = 0.3',
    (options) => hundsdorferVerwer({ ...options, theta: 0.3 }),
    (at, dt, u) => verwer(0.3, at, dt, u)[1],
  ],
  [
    'strang',
    strang,
    (at, dt, u) => {
      const [from, to, { along }] = [at(0), at(1), at(1 / 2)];
      const half = along.reduce((v, a) => peaceman(a, dt / 4, v), u);
      const first = plus(times(from.mixed, half), [1, from.forcing]);
      const ahead = plus(half, [dt, first]);
      const heun = plus(half, [dt / 2, first], [dt / 2, times(to.mixed, ahead)], [dt / 2, to.forcing]);
      return [...along].reverse().reduce((v, a) => peaceman(a, dt / 4, v), heun);
    },
  ],
];

const SIZE = 3;
const DT = 0.3;
const matrix = (seed: number, scale: number): Matrix =>
  Array.from({ length: SIZE }, (_, i) =>
    Array.from({ length: SIZE }, (_, j) => scale * Math.sin(seed + 7 * i + 3 * j * j)),
  );
const vector = (seed: number): number[] => Array.from({ length: SIZE }, (_, i) => Math.cos(seed + 2 * i * i));

/** Matrices that move with the fraction, or rest while the forcing moves. */
const parts = (moving: boolean): At => {
  const move = (fraction: number): number => (moving ? fraction : 0);
  return (fraction) => ({
    along: [1, 2].map((k) => matrix(k + move(fraction), 0.8)),
    mixed: matrix(5 - 2 * move(fraction), 0.5),
    forcing: vector(4 + fraction),
  });
};

const kinds = [
  ['matrices that move', parts(true), () => ({})],
  [
    'matrices that rest',
    parts(false),
    (
      (one) => () =>
        one
    )({}),
  ],
] as const;

/** A step with a value one step before where it takes one. */
const taken = (
  step: ReturnType<Stepping['parts']>[number],
  at: At,
  matrices: () => object,
  u: number[],
  previous: number[],
): number[] => {
  const v = Float64Array.from(u);
  step.step((fraction) => denseOperator(at(fraction), matrices()), DT, v, scratchOf(SIZE), Float64Array.from(previous));
  return Array.from(v);
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, p) => total + value * b[p], 0);
/** Some hundred roundings of numbers of order 1. */
const ROUNDING = 256 * Number.EPSILON;

describe.each(formulas)('one step of %s', (_, make, formula) => {
  const [step] = make({ steps: 5, smoothing: 0 }).parts(1, false);

  test.each(kinds)('is its formula, with %s', (_, at, matrices) => {
    const [u, previous] = [vector(1), vector(9)];
    const found = taken(step, at, matrices, u, previous);
    formula(at, DT, u, previous).forEach((value, p) => {
      expect(Math.abs(found[p] - value)).toBeLessThan(ROUNDING);
    });
  });

  test.each(kinds)('has its transpose, with the forcing’s and the memory’s: %s', (_, at, matrices) => {
    const zero = [0, 0, 0];
    const still = taken(step, at, matrices, zero, zero);
    const mass = vector(6);
    const rho = Float64Array.from(mass);
    const remembered = new Float64Array(SIZE);
    let brought = 0;
    const told =
      (fraction: number) =>
      (factor: number, left: Float64Array): void => {
        brought += factor * dot(left, at(fraction).forcing);
      };
    const kept: [now: Float64Array, then: Float64Array][] = [];
    const filled = (out: Float64Array): void => {
      kept.push([out, out.slice()]);
    };
    step.stepTransposed(
      (fraction) => denseOperator(at(fraction), matrices(), told(fraction), filled),
      DT,
      rho,
      scratchOf(SIZE),
      remembered,
    );
    // What a solve leaves in an array of its own is read there afterwards, for gradients.
    for (const [now, then] of kept) expect(now).toEqual(then);
    for (let i = 0; i < SIZE; i++) {
      const unit = zero.map((_, p) => (p === i ? 1 : 0));
      const linear = (value: number[]): number => dot(value, mass) - dot(still, mass);
      expect(Math.abs(linear(taken(step, at, matrices, unit, zero)) - rho[i])).toBeLessThan(ROUNDING);
      if (step.remembers)
        expect(Math.abs(linear(taken(step, at, matrices, zero, unit)) - remembered[i])).toBeLessThan(ROUNDING);
    }
    expect(Math.abs(dot(still, mass) - brought)).toBeLessThan(ROUNDING);
  });
});

describe('an estimate beside the step', () => {
  test.each(kinds)(
    'of trBdf2 is that of Hosea and Shampine, of hundsdorferVerwer what it adds to Douglas: %s',
    (_, at, matrices) => {
      const u = vector(1);
      const [v, next] = twoStage(at, DT, u);
      const weights = [(Math.SQRT2 - 1) / 3, -1 / 3, gamma / 3];
      const slopes = [slope(at(0), u), slope(at(gamma), v), slope(at(1), next)];
      const third = solved(
        whole(at(1)),
        (gamma / 2) * DT,
        plus([0, 0, 0], ...slopes.map((s, j) => [DT * weights[j], s] as const)),
      );
      const [y, z] = verwer(1 / 2 + Math.sqrt(3) / 6, at, DT, u);
      const exact = [
        [trBdf2({ steps: 1 }), next, third],
        [hundsdorferVerwer({ steps: 1 }), z, z.map((value, p) => value - y[p])],
      ] as const;
      for (const [stepping, end, off] of exact) {
        const { embedded } = stepping.parts(0, true)[0];
        const [found, estimate] = [Float64Array.from(u), new Float64Array(SIZE)];
        embedded?.step((fraction) => denseOperator(at(fraction), matrices()), DT, found, scratchOf(SIZE), estimate);
        for (let p = 0; p < SIZE; p++) {
          expect(Math.abs(found[p] - end[p])).toBeLessThan(ROUNDING);
          expect(Math.abs(estimate[p] - off[p])).toBeLessThan(ROUNDING);
        }
      }
      expect(
        [trBdf2({ steps: 1 }), hundsdorferVerwer({ steps: 1 })].map((s) => s.parts(0, true)[0].embedded?.power),
      ).toEqual([3, 2]);
    },
  );
});

describe('the steps that damp', () => {
  test.each(kinds)('of splittings are split Euler steps, of others implicit ones: %s', (_, at, matrices) => {
    const u = vector(1);
    const [from, to] = [at(0), at(1)];
    const explicit = plus(u, [DT, times(from.mixed, u)], [DT, from.forcing]);
    const split = [...to.along].reverse().reduce((v, a) => solved(a, DT, v), explicit);
    for (const make of [douglas, craigSneyd, modifiedCraigSneyd, hundsdorferVerwer, strang]) {
      const damping = make({ steps: 4, smoothing: 1 }).parts(0, true);
      expect(damping).toHaveLength(2);
      expect(damping[0]).toBe(damping[1]);
      taken(damping[0], at, matrices, u, []).forEach((value, p) => {
        expect(Math.abs(value - split[p])).toBeLessThan(ROUNDING);
      });
      const mass = vector(6);
      const rho = Float64Array.from(mass);
      damping[0].stepTransposed(
        (fraction) => denseOperator(at(fraction), matrices()),
        DT,
        rho,
        scratchOf(SIZE),
        new Float64Array(),
      );
      const still = taken(damping[0], at, matrices, [0, 0, 0], []);
      expect(Math.abs(dot(split, mass) - dot(still, mass) - dot(u, rho))).toBeLessThan(ROUNDING);
    }
    const [implicit] = crankNicolson({ steps: 4 }).parts(0, true);
    taken(implicit, at, matrices, u, []).forEach((value, p) => {
      expect(Math.abs(value - theta(1)(at, DT, u, [])[p])).toBeLessThan(ROUNDING);
    });
  });

  test('stand where they are asked for: at T, at t0, or where a density starts rough', () => {
    const where = (stepping: Stepping, rough: boolean | undefined): string =>
      Array.from({ length: 5 }, (_, index) =>
        stepping.parts(index, index === 0, rough === undefined ? undefined : { steps: 4 - index, rough }).length === 2
          ? 'd'
          : '.',
      ).join('');
    const steps = 5;
    const cases = [
      [crankNicolson({ steps }), 'dd...', 'dd...', 'dd.dd'],
      [strang({ steps }), 'dd...', 'dd...', 'dd.dd'],
      [douglas({ steps }), '.....', '.....', '...dd'],
      [crankNicolson({ steps, smoothing: 0 }), '.....', '.....', '.....'],
      [crankNicolson({ steps, smoothing: 1 }), 'd....', 'd....', 'd...d'],
      [hundsdorferVerwer({ steps, smoothing: 3 }), 'ddd..', 'ddd..', 'ddddd'],
      [crankNicolson({ steps, smoothing: { terminal: 1, initial: 2 } }), 'd....', 'd..dd', 'd..dd'],
      [crankNicolson({ steps, smoothing: { initial: 0 } }), 'dd...', 'dd...', 'dd...'],
      [douglas({ steps, smoothing: { terminal: 1 } }), 'd....', 'd....', 'd..dd'],
    ] as const;
    for (const [stepping, alone, resting, rough] of cases)
      expect([where(stepping, undefined), where(stepping, false), where(stepping, true)]).toEqual([
        alone,
        resting,
        rough,
      ]);
    expect([1, 0].map((smoothing) => crankNicolson({ steps, smoothing }).damps)).toEqual([true, false]);
  });

  test('BDF2 starts each stretch by an implicit step', () => {
    const stepping = bdf2({ steps: 4 });
    const [start] = stepping.parts(2, true);
    expect([start.remembers, stepping.parts(2, false)[0].remembers]).toEqual([undefined, true]);
    const u = vector(1);
    taken(start, parts(true), () => ({}), u, []).forEach((value, p) => {
      expect(Math.abs(value - theta(1)(parts(true), DT, u, [])[p])).toBeLessThan(ROUNDING);
    });
  });
});

describe.each(formulas)('the amplification of %s', (_, make, formula) => {
  test('is what a step does to one mode', () => {
    const { amplification } = make({ steps: 2 });
    if (!amplification) return;
    for (const [along, mixed] of [
      [[-0.3, -0.7], 0.2],
      [[-2, -5], -1.5],
      [[-1], 0],
    ] as const) {
      const at: At = () => ({ along: along.map((rate) => [[rate]]), mixed: [[mixed]], forcing: [0] });
      const [exact] = formula(at, 1, [1], [1]);
      expect(Math.abs(amplification(along, mixed) - exact)).toBeLessThan(ROUNDING);
    }
  });
});

test('what each stepping says of itself', () => {
  const said = formulas.map(([, make]) => {
    const { order, mixedOrder, splits, explicit, monotone, damps, amplification } = make({ steps: 2 });
    const marks = [
      splits && 'splits',
      explicit && 'explicit',
      monotone && 'monotone',
      damps && 'damps',
      amplification && 'limited',
    ];
    return [order, mixedOrder, marks.filter(Boolean).join(' ')];
  });
  expect(said).toEqual([
    [1, 1, 'splits explicit limited'],
    [1, 1, 'monotone damps'],
    [2, 2, 'damps'],
    [1, 1, 'limited'],
    [1, 1, 'monotone damps'],
    [2, 2, 'damps'],
    [2, 2, 'damps'],
    [1, 1, 'splits limited'],
    [2, 2, 'splits limited'],
    [2, 2, 'splits limited'],
    [2, 2, 'splits limited'],
    [2, 2, 'splits limited'],
    [2, 2, 'splits limited'],
    [2, 2, 'splits damps limited'],
  ]);
  expect(douglas({ steps: 2 })).toMatchObject({ order: 2, mixedOrder: 1, damps: false });
  expect(douglas({ steps: 2, theta: 1 }).damps).toBe(true);
  expect(craigSneyd({ steps: 2, theta: 0.6 })).toMatchObject({ order: 1, mixedOrder: 1 });
  expect(thetaMethod({ steps: 2, theta: 0.5 })).toMatchObject({ order: 2, mixedOrder: 2, monotone: false });
});
