import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  extrapolate,
  milstein,
  type OrderStudy,
  platen,
  problem,
  type Scheme,
  type SymbolicModel,
  symbolic,
  terminal,
  weakOrder,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { exactMoments } from '../conformance/linear-moments.js';
import { platenLate } from './platen-late.js';

interface Law {
  readonly name: string;
  readonly model: SymbolicModel;
  readonly x0: readonly number[];
  readonly schemes: readonly Scheme[];
  /** Default 4, 8, 16, 32. */
  readonly steps?: readonly number[];
  /** E φ(X_T) at T = 1. */
  readonly truths: Readonly<Record<string, number>>;
}

const euler = withDriver(eulerMaruyama, 'two-point');
const milsteinTwo = withDriver(milstein, 'two-point');
const ladder = [4, 8, 16, 32];

const momentsOf = (model: SymbolicModel, x0: readonly number[]): Record<string, number> => {
  const S = exactMoments(model, x0, 1);
  return { x: S[0][1], 'x^2': S[1][1], 'x*y': S[1][2], 'y^2': S[2][2] };
};

const linear = (diffusion: readonly (readonly string[])[], moving: boolean): SymbolicModel =>
  symbolic({
    state: ['x', 'y'],
    drift: moving ? ['-x + 0.5*y*cos(2*t)', '0.4*x - (1 + t)*y'] : ['-x + 0.5*y', '0.4*x - y'],
    diffusion,
  });

const linearLaw = (name: string, model: SymbolicModel, schemes: readonly Scheme[], x0 = [1, 0.5]): Law => ({
  name,
  model,
  x0,
  schemes,
  truths: momentsOf(model, x0),
});

const laws: readonly Law[] = [
  {
    name: 'geometric Brownian motion (m = 1, linear)',
    model: symbolic({ state: ['x'], drift: ['0.7*x'], diffusion: [['0.5*x']] }),
    x0: [1],
    schemes: [euler, milsteinTwo, weakTaylor2, platen],
    truths: { x: Math.exp(0.7), 'x^2': Math.exp(1.4 + 0.25) },
  },
  {
    // dX = tanh X dt + dW: E X = x + T tanh x, E X² = x² + 2xT tanh x + T² + T.
    name: 'Beneš (m = 1, nonlinear, additive)',
    model: symbolic({ state: ['x'], drift: ['tanh(x)'], diffusion: [['1']] }),
    x0: [0.6],
    schemes: [euler, milsteinTwo, weakTaylor2, platen],
    // The leading terms nearly cancel: on coarser steps the error of E X² changes its sign.
    steps: [8, 16, 32, 64],
    truths: { x: 0.6 + Math.tanh(0.6), 'x^2': 0.36 + 1.2 * Math.tanh(0.6) + 2 },
  },
  {
    // X = sinh Y, dY = dt/2 + 2/5 dW: E sinh Y and E sinh² Y = (E cosh 2Y − 1)/2 of a Gaussian Y.
    name: 'hyperbolic (m = 1, nonlinear, multiplicative)',
    model: symbolic({
      state: ['x'],
      drift: ['sqrt(x^2 + 1)/2 + 0.08*x'],
      diffusion: [['0.4*sqrt(x^2 + 1)']],
    }),
    x0: [0.2],
    schemes: [euler, milsteinTwo, weakTaylor2, platen],
    truths: {
      x: Math.exp(0.08) * Math.sinh(Math.asinh(0.2) + 0.5),
      'x^2': (Math.exp(0.32) * Math.cosh(2 * (Math.asinh(0.2) + 0.5)) - 1) / 2,
    },
  },
  linearLaw(
    'commuting noise (m = 2, linear, autonomous)',
    linear(
      [
        ['0.4*x', '0.3*x'],
        ['0.2*y', '0.5*y'],
      ],
      false,
    ),
    [euler, milsteinTwo, weakTaylor2, platen],
  ),
  linearLaw(
    'noise that does not commute (m = 2, linear, autonomous)',
    linear(
      [
        ['0.4*y', '0.5*x'],
        ['0.6*x', '0.3*x'],
      ],
      false,
    ),
    [euler, weakTaylor2, platen],
  ),
  linearLaw(
    'noise that does not commute (m = 2, linear, moving)',
    linear(
      [
        ['0.4*y*(1 + t)', '0.5*x'],
        ['0.6*x*cos(3*t)', '0.3*x*(1 + t)'],
      ],
      true,
    ),
    [euler, weakTaylor2, platen],
    [0.5, 1],
  ),
];

const study = (
  law: Pick<Law, 'model' | 'x0' | 'steps'>,
  scheme: Scheme,
  phi: string,
  truth: number,
): Promise<OrderStudy> =>
  weakOrder({
    chain: (steps) => discretize(problem({ model: law.model, x0: law.x0, T: 1 }), scheme, steps),
    steps: law.steps ?? ladder,
    functional: terminal(phi),
    truth,
    expected: scheme.order.weak,
    method: { kind: 'exact' },
  });

describe.each(laws.map((law) => [law.name, law] as const))('%s', (_, law) => {
  const cases = law.schemes.flatMap((scheme) =>
    Object.entries(law.truths).map(([phi, truth]) => [scheme.name, phi, scheme, truth] as const),
  );
  test.each(cases)('%s, E %s: its weak order, without sampling', async (_, phi, scheme, truth) => {
    const { verdict, fit } = await study(law, scheme, phi, truth);
    expect(verdict, `${fit.reason}; slopes ${fit.localSlopes.map((s) => s.toFixed(2)).join(', ')}`).toBe('confirmed');
  });
});

describe('a nonlinear model in two dimensions, noise that does not commute and moves', () => {
  const law = {
    model: symbolic({
      state: ['x', 'y'],
      drift: ['sin(y) - x', 'cos(t)*tanh(x) - y'],
      diffusion: [
        ['0.2 + 0.1*sin(y)', '0.2*x*(1 + t)'],
        ['0.3*tanh(x)', '0.2 + 0.1*cos(x)'],
      ],
    }),
    x0: [0.8, -0.3],
  };
  // No closed form: the reference is Platen's scheme at three steps, extrapolated to order 4, without sampling.
  const reference = (phi: string): number => {
    const steps = [6, 8, 12];
    const values = steps.map((count) => ({
      mean: exactExpectation(discretize(problem({ ...law, T: 1 }), platen, count), terminal(phi)),
      standardError: 0,
    }));
    return extrapolate(values, { h: steps.map((count) => 1 / count), order: 2 }).mean;
  };
  test('E x²', async () => {
    const phi = 'x^2';
    const truth = reference(phi);
    for (const scheme of [euler, weakTaylor2, platen]) {
      const { verdict, fit } = await weakOrder({
        chain: (steps) => discretize(problem({ ...law, T: 1 }), scheme, steps),
        steps: scheme === euler ? [4, 8, 12, 16] : [2, 3, 4, 6],
        functional: terminal(phi),
        truth,
        expected: scheme.order.weak,
        method: { kind: 'exact' },
      });
      expect(verdict, `${scheme.name}: ${fit.reason}; slopes ${fit.localSlopes.join(', ')}`).toBe('confirmed');
    }
  });
});

describe('the certificate can fail', () => {
  const law = laws[laws.length - 1];

  test('Platen with its stages U at t + h loses its order where σ moves', async () => {
    const verdicts = await Promise.all(
      Object.entries(law.truths).map(async ([phi, truth]) => (await study(law, platenLate, phi, truth)).verdict),
    );
    expect(verdicts).toContain('refuted');
    expect(verdicts).not.toContain('inconclusive');
    const fixed = laws[laws.length - 2];
    for (const [phi, truth] of Object.entries(fixed.truths)) {
      expect((await study(fixed, platenLate, phi, truth)).verdict).toBe('confirmed');
    }
  });

  test('a wrong truth is not an order', async () => {
    const { verdict } = await study(laws[0], platen, 'x', laws[0].truths.x + 0.01);
    expect(verdict).not.toBe('confirmed');
  });

  test('weak order 1 is refuted as 2', async () => {
    const study = await weakOrder({
      chain: (steps) => discretize(problem({ model: laws[0].model, x0: [1], T: 1 }), euler, steps),
      steps: ladder,
      functional: terminal('x^2'),
      truth: laws[0].truths['x^2'],
      expected: 2,
      method: { kind: 'exact' },
    });
    expect(study.verdict).toBe('refuted');
  });
});
