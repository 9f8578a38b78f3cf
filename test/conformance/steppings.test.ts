import {
  type Axis,
  type BackwardProblem,
  bdf2,
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  type Stepping,
  solveKolmogorov,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

type Factory = (options: { readonly steps: number }) => Stepping;

/** Every stepping, as its factory; an entry adds its own tests. */
const STEPPINGS: readonly [string, Factory][] = [
  ['implicitEuler', implicitEuler],
  ['crankNicolson', crankNicolson],
  ['crankNicolson without smoothing', ({ steps }) => crankNicolson({ steps, smoothing: 0 })],
  ['douglas', douglas],
  ['douglas, θ = 1', ({ steps }) => douglas({ steps, theta: 1 })],
  ['explicitEuler', explicitEuler],
  ['thetaMethod, θ = 0.6', ({ steps }) => thetaMethod({ steps, theta: 0.6 })],
  ['thetaMethod, θ = ½', ({ steps }) => thetaMethod({ steps, theta: 0.5 })],
  ['trBdf2', trBdf2],
  ['bdf2', bdf2],
  ['strang', strang],
  ['strang without smoothing', ({ steps }) => strang({ steps, smoothing: 0 })],
  ['craigSneyd', craigSneyd],
  ['modifiedCraigSneyd', modifiedCraigSneyd],
  ['modifiedCraigSneyd, θ = 2/5', ({ steps }) => modifiedCraigSneyd({ steps, theta: 2 / 5 })],
  ['hundsdorferVerwer', hundsdorferVerwer],
  ['hundsdorferVerwer, θ = 1/3', ({ steps }) => hundsdorferVerwer({ steps, theta: 1 / 3 })],
];

const line: BackwardProblem = {
  model: symbolic({ state: ['x'], drift: ['cos(3*t) - x'], diffusion: [['0.6 + 0.3*sin(2*t + x)']] }),
  T: 1,
  terminal: 'sin(x)',
  killing: '0.2 + t*x/10',
  source: 'cos(t + x)',
};
const plane = (mixed: boolean): BackwardProblem => ({
  model: symbolic({
    state: ['x', 'y'],
    drift: ['cos(3*t) - y', 'sin(t)*x'],
    diffusion: mixed
      ? [
          ['0.8', '0.2*t'],
          ['0.5', '0.4'],
        ]
      : [
          ['0.8 + 0.2*t', '0'],
          ['0', '0.6'],
        ],
  }),
  T: 1,
  terminal: 'sin(x + y)',
  killing: '0.2 + t/10',
  source: 'cos(t + x)',
});
const lineGrid = [uniform(-3, 3, 25)];
const planeGrid = [uniform(-3, 3, 13), uniform(-3, 3, 17)];
const boundary = { kind: 'dirichlet', value: 'sin(x)*exp(t - 1)' } as const;

/**
 * The order in time alone: all solves share one grid, and the reference has many small steps of the most accurate kind. At two places at once: at one
 * an error may happen to be next to nothing.
 */
const orderInTime = (problem: BackwardProblem, grid: readonly Axis[], make: Factory, steps: number): number => {
  const at = (stepping: Stepping): number[] => {
    const u = solveKolmogorov(problem, { grid, boundary: { kind: 'reflecting' }, stepping, keep: 'ends' });
    return [0.25, -1].map((x) =>
      u.at(
        0,
        grid.map(() => x),
      ),
    );
  };
  const reference = at(hundsdorferVerwer({ steps: 24 * steps, theta: 1 / 2 }));
  const [coarse, fine] = [steps, 2 * steps].map((count) =>
    Math.hypot(...at(make({ steps: count })).map((value, i) => value - reference[i])),
  );
  return Math.log2(coarse / fine);
};

/** How much u varies beyond its rise from 0 to 1, after three steps from a jump, each some 200 times what diffuses across a cell. */
const oscillation = (make: Factory): number => {
  const { data } = solveKolmogorov(
    {
      model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }),
      T: 1,
      terminal: 'x > 0 ? 1 : (x == 0 ? 1/2 : 0)',
    },
    { grid: [uniform(-8, 8, 401)], stepping: make({ steps: 3 }), keep: 'ends' },
  ).slice(0);
  let variation = 0;
  for (let i = 1; i < data.length; i++) variation += Math.abs(data[i] - data[i - 1]);
  return variation - 1;
};
/** Rounding of 401 differences over three steps. */
const NO_OSCILLATION = 401 * 3 * Number.EPSILON;

test('one smoothed step is enough against oscillation', () => {
  for (const make of [crankNicolson, strang]) {
    expect(make({ steps: 3, smoothing: 1 }).damps).toBe(true);
    expect(oscillation(({ steps }) => make({ steps, smoothing: 1 }))).toBeLessThan(NO_OSCILLATION);
  }
});

describe.each(STEPPINGS)('%s', (_, make) => {
  const stepping = make({ steps: 8 });

  test('says what it is', () => {
    expect(stepping.name).not.toBe('');
    expect(stepping.citation).toMatch(/^[a-z]+\d{4}$/);
    expect(stepping.steps).toBe(8);
  });

  test.each([0, -1, 2.5, Number.NaN])('refuses %d steps', (steps) => {
    expect(() => make({ steps })).toThrow(SdeError);
  });

  test('has its order in one dimension, with everything depending on time', () => {
    const order = orderInTime(line, lineGrid, make, 64);
    expect(order).toBeGreaterThan(stepping.order - 0.1);
    expect(order).toBeLessThan(stepping.order + 0.15);
  });

  test('leaves a jump to oscillate, or does not, as it says', () => {
    if (stepping.explicit) {
      expect(() => oscillation(make)).toThrow(/stability limit/);
      return;
    }
    const extra = oscillation(make);
    if (stepping.damps) expect(extra).toBeLessThan(NO_OSCILLATION);
    else expect(extra).toBeGreaterThan(0.1);
  });

  test('keeps constants, and its steps on breakpoints are those of the stretches', () => {
    const jumping = (autonomous: boolean) =>
      model({
        dimension: 1,
        noiseDimension: 1,
        autonomous,
        breakpoints: [0.5],
        drift: (t, x, out) => {
          out[0] = t < 0.5 ? 1 - x[0] : Math.sin(3 * x[0]);
        },
        diffusion: (t, _x, out) => {
          out[0] = t < 0.5 ? 0.5 : 1;
        },
      });
    // An explicit one needs as many as its limit says.
    const taken = stepping.explicit ? make({ steps: 32 }) : stepping;
    const options = { grid: lineGrid, boundary: { kind: 'reflecting' } as const, stepping: taken };
    const ones = solveKolmogorov({ model: jumping(true), T: 1, terminal: '1' }, options);
    for (const value of ones.slice(0).data) expect(Math.abs(value - 1)).toBeLessThan(200 * Number.EPSILON);
    const one = solveKolmogorov({ model: jumping(true), T: 1, terminal: 'cos(x)' }, options);
    const other = solveKolmogorov({ model: jumping(false), T: 1, terminal: 'cos(x)' }, options);
    expect(one.times).toContain(0.5);
    // The same numbers from matrices evaluated once a stretch or at every stage.
    one.slice(0).data.forEach((value, p) => {
      expect(Math.abs(value - other.slice(0).data[p])).toBeLessThan(200 * Number.EPSILON);
    });
  });
});

describe.each(STEPPINGS)('%s in two dimensions', (_, make) => {
  const stepping = make({ steps: 8 });

  test('has its order without and with mixed derivatives', () => {
    for (const mixed of [false, true]) {
      const expected = mixed ? stepping.mixedOrder : stepping.order;
      const order = orderInTime(plane(mixed), planeGrid, make, 64);
      expect(order).toBeGreaterThan(expected - 0.15);
      expect(order).toBeLessThan(expected + 0.25);
    }
  });

  test('puts boundary values in exactly', () => {
    // An explicit one needs as many as its limit says.
    const taken = stepping.explicit ? make({ steps: 32 }) : stepping;
    const field = solveKolmogorov(plane(true), { grid: planeGrid, boundary, stepping: taken });
    for (const t of field.times) expect(field.at(t, [-3, 1])).toBeCloseTo(Math.sin(-3) * Math.exp(t - 1), 14);
  });
});
