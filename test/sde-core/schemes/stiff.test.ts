import {
  type Chain,
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  exponentialEuler,
  platen,
  problem,
  type Scheme,
  type SymbolicModel,
  skRock,
  splitStepBackwardEuler,
  sRock2,
  symbolic,
  tamedEuler,
  truncatedEuler,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const stepOf = (chain: Chain, x: readonly number[], noise: readonly number[] = []): number[] => {
  const out = new Float64Array(chain.dimension);
  chain.step(
    0,
    Float64Array.from(x),
    Float64Array.from({ length: chain.driver.size }, (_, k) => noise[k] ?? 0),
    out,
  );
  return Array.from(out);
};
const on = (model: SymbolicModel, scheme: Scheme, h: number): Chain =>
  discretize(problem({ model, x0: model.state.map(() => 1), T: h }), scheme, 1);

/** Newton stops within a few roundings of the root. */
const ROUNDING = 16 * Number.EPSILON;

describe('a stiff linear drift', () => {
  const rate = 1000;
  const model = symbolic({ state: ['x'], drift: '-1000 * x', diffusion: '0.5' });
  // h λ = 20: ten times what Euler–Maruyama stands.
  const h = 0.02;
  const factor = (scheme: Scheme): number => stepOf(on(model, scheme, h), [1])[0];

  it('is damped by what is made for it, and not by Euler–Maruyama', () => {
    expect(factor(eulerMaruyama)).toBeCloseTo(1 - h * rate, 12);
    expect(Math.abs(factor(driftImplicitEuler()) - 1 / (1 + h * rate))).toBeLessThan(ROUNDING);
    expect(Math.abs(factor(splitStepBackwardEuler) - 1 / (1 + h * rate))).toBeLessThan(ROUNDING);
    expect(
      Math.abs(factor(driftImplicitEuler({ theta: 1 / 2 })) - (1 - h * rate * 0.5) / (1 + h * rate * 0.5)),
    ).toBeLessThan(ROUNDING);
    expect(Math.abs(factor(exponentialEuler({ linear: [[-rate]] })) - Math.exp(-h * rate))).toBeLessThan(ROUNDING);
    // 1.9 s² = 30 for 4 stages.
    expect(Math.abs(factor(skRock({ stages: 4 })))).toBeLessThan(1);
    expect(Math.abs(factor(skRock({ stages: 2 })))).toBeGreaterThan(1);
  });

  it('SK-ROCK is stable up to h λ = 1.9 s², for every number of stages', () => {
    for (const stages of [2, 5, 10, 20]) {
      for (let part = 0.05; part <= 1; part += 0.05) {
        const chain = on(model, skRock({ stages }), (part * 1.9 * stages ** 2) / rate);
        expect(Math.abs(stepOf(chain, [1])[0])).toBeLessThan(1);
      }
    }
  });
});

describe('the mean square of dX = λX dt + μX dW', () => {
  const model = symbolic({ state: ['x'], drift: 'lambda * x', diffusion: 'mu * x', parameters: { lambda: -1, mu: 1 } });
  /** E X_1² from X_0 = 1, by enumeration. */
  const growth = (scheme: Scheme, h: number, mu: number): number => {
    const p = problem({ model: model.withParameters({ mu }), x0: [1], T: h });
    const chain = discretize(p, scheme, 1);
    return (chain.driver.outcomes ?? []).reduce(
      (sum, { probability, noise }) => sum + probability * stepOf(chain, [1], Array.from(noise))[0] ** 2,
      0,
    );
  };

  it('falls under S-ROCK2 up to h |λ| = 0.42 s², whatever the noise up to nine tenths of where it grows by itself', () => {
    for (const stages of [4, 7, 10, 20, 40]) {
      const scheme = sRock2({ stages });
      for (let part = 1 / 32; part <= 1; part += 1 / 32) {
        // E X² grows by itself from μ² = 2 on; the growth of the scheme is a polynomial in μ² with positive coefficients.
        expect(growth(scheme, part * 0.42 * stages ** 2, Math.sqrt(0.9 * 2))).toBeLessThan(1);
      }
      expect(growth(scheme, 0.7 * stages ** 2, 0)).toBeGreaterThan(1);
    }
    expect(growth(platen, 2.1, 0)).toBeGreaterThan(1);
  });
});

describe('a drift that grows like a cube', () => {
  const model = symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '1' });
  const iterate = (scheme: Scheme, x0: number): number => {
    const chain = on(model, scheme, 1 / 4);
    let [x] = [x0];
    for (let n = 0; n < 200 && Number.isFinite(x); n++) [x] = stepOf(chain, [x], [n % 2 === 0 ? 1 : -1]);
    return x;
  };

  it('throws Euler–Maruyama out and not the others', () => {
    expect(Number.isFinite(iterate(eulerMaruyama, 10))).toBe(false);
    for (const scheme of [driftImplicitEuler(), splitStepBackwardEuler, tamedEuler]) {
      expect(Math.abs(iterate(scheme, 10))).toBeLessThan(3);
    }
    expect(Math.abs(iterate(truncatedEuler({ growth: 3, scale: 1 }), 10))).toBeLessThan(3);
  });

  it('is solved by Newton to rounding', () => {
    const [next] = stepOf(on(model, driftImplicitEuler(), 1 / 4), [2], [1]);
    const noise = Math.sqrt(1 / 4);
    expect(Math.abs(next - (2 + noise + (next - next ** 3) / 4))).toBeLessThan(ROUNDING);
  });
});

describe('tamed and truncated Euler', () => {
  it('follow their formulas', () => {
    const model = symbolic({ state: ['x', 'y'], drift: ['3 * x', '4 * y'], diffusion: [['0.5'], ['x']] });
    const [x, y] = stepOf(on(model, tamedEuler, 1 / 4), [1, 1], [2]);
    expect(x).toBeCloseTo(1 + 3 / 4 / (1 + 5 / 4) + 0.5, 14);
    expect(y).toBeCloseTo(1 + 1 / (1 + 5 / 4) + 1, 14);
    // R = 2 · (1/16)^(−1/4) = 4 for growth 1; |(6, 8)| = 10 is brought to 4.
    const cut = stepOf(on(model, truncatedEuler({ growth: 1, scale: 2 }), 1 / 16), [6, 8], [4]);
    expect(cut[0]).toBeCloseTo(6 + (3 * 2.4) / 16 + 0.5, 13);
    expect(cut[1]).toBeCloseTo(8 + (4 * 3.2) / 16 + 2.4, 13);
    // At the origin nothing is truncated, and nothing is divided by 0.
    expect(stepOf(on(model, truncatedEuler(), 1 / 16), [0, 0], [4])).toEqual([0.5, 0]);
  });
});

describe('exponential Euler', () => {
  it('solves the linear part exactly, whatever its size', () => {
    const rotation = symbolic({ state: ['x', 'y'], drift: ['-30 * y', '30 * x'], diffusion: [['0'], ['0']] });
    const linear = [
      [0, -30],
      [30, 0],
    ];
    for (const h of [1 / 64, 1 / 2, 2]) {
      const [x, y] = stepOf(on(rotation, exponentialEuler({ linear }), h), [1, 0]);
      // Squaring s times magnifies rounding 2^s times: s = 11 here.
      expect(Math.abs(x - Math.cos(30 * h))).toBeLessThan(2 ** 12 * Number.EPSILON);
      expect(Math.abs(y - Math.sin(30 * h))).toBeLessThan(2 ** 12 * Number.EPSILON);
    }
  });
});

describe('what these schemes refuse', () => {
  const line = symbolic({ state: ['x'], drift: '-x', diffusion: '1' });
  it.each([
    ['theta', () => driftImplicitEuler({ theta: 1.5 }), /\[0, 1\]/],
    ['stages', () => skRock({ stages: 0 }), /integer ≥ 1/],
    ['stages of S-ROCK2', () => sRock2({ stages: 3 }), /integer ≥ 4/],
    ['growth', () => truncatedEuler({ growth: 0.5 }), /≥ 1/],
    ['scale', () => truncatedEuler({ scale: 0 }), /> 0/],
    ['a matrix that is not square', () => exponentialEuler({ linear: [[1, 2]] }), /as many columns as rows/],
    ['an entry that is no number', () => exponentialEuler({ linear: [[Number.NaN]] }), /finite/],
    [
      'a matrix of another dimension',
      () =>
        on(
          line,
          exponentialEuler({
            linear: [
              [1, 0],
              [0, 1],
            ],
          }),
          1,
        ),
      /shape \(1, 1\)/,
    ],
  ] as const)('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
