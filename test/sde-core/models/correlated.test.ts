import {
  correlated,
  generator,
  heston,
  isJacobianModel,
  type Model,
  model,
  polynomialMoment,
  SdeError,
  type SymbolicModel,
  symbolic,
  toIto,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const EPS = 2 ** -52;
const R = [
  [1, 0.5, -0.25],
  [0.5, 1, 0.125],
  [-0.25, 0.125, 1],
];
const three = (calculus: 'ito' | 'stratonovich'): SymbolicModel =>
  symbolic({
    state: ['x', 'y'],
    drift: ['-x', 'x - y'],
    diffusion: [
      ['a*x', 'y', '0.5'],
      [0, 'x*y', 'sin(x)'],
    ],
    parameters: { a: 0.75 },
    calculus,
  });

/** The same coefficients as closures. */
const closures = (symbolicModel: SymbolicModel): Model => {
  const { dimension, noiseDimension, calculus, drift, diffusion, driftJacobian, diffusionJacobian } = symbolicModel;
  return model({ dimension, noiseDimension, calculus, drift, diffusion, driftJacobian, diffusionJacobian });
};

const values = (coefficient: Model['drift'], size: number): number[] => {
  const out = new Float64Array(size);
  coefficient(0, Float64Array.of(0.6, -0.8), out);
  return [...out];
};

describe('correlated', () => {
  it('has the covariance σ R σᵀ', () => {
    const mixed = correlated(three('ito'), R);
    const [plain, sigma] = [three('ito'), mixed].map((of) => values(of.diffusion, 6));
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 2; j++) {
        let [expected, sum] = [0, 0];
        for (let k = 0; k < 3; k++) {
          sum += sigma[i * 3 + k] * sigma[j * 3 + k];
          for (let l = 0; l < 3; l++) expected += plain[i * 3 + k] * R[k][l] * plain[j * 3 + l];
        }
        // Sums of nine terms below 1.
        expect(Math.abs(sum - expected)).toBeLessThan(9 * 2 * EPS);
      }
    }
    expect(mixed.withParameters({ a: 2 }).parameters).toEqual({ a: 2 });
  });

  it('is the same from formulas and from closures, with derivatives', () => {
    const [formulas, numbers] = [correlated(three('ito'), R), correlated(closures(three('ito')), R)];
    if (!isJacobianModel(numbers)) throw new Error('the Jacobians are gone');
    for (const [a, b] of [
      [values(formulas.diffusion, 6), values(numbers.diffusion, 6)],
      [values(formulas.diffusionJacobian, 12), values(numbers.diffusionJacobian, 12)],
      [values(formulas.drift, 2), values(numbers.drift, 2)],
    ]) {
      for (const [i, value] of a.entries()) expect(Math.abs(value - b[i])).toBeLessThan(4 * 2 * EPS);
    }
  });

  it('gains ½ Σ R_jk (Dσ_k) σ_j from Stratonovich to Itô', () => {
    const strato = correlated(three('stratonovich'), R);
    const [sigma, slopes] = [values(three('ito').diffusion, 6), values(three('ito').diffusionJacobian, 12)];
    const drift = values(three('ito').drift, 2);
    for (const [i, value] of values(toIto(strato).drift, 2).entries()) {
      let expected = drift[i];
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 3; k++) {
          for (let l = 0; l < 2; l++) expected += (R[j][k] / 2) * slopes[(i * 3 + k) * 2 + l] * sigma[l * 3 + j];
        }
      }
      expect(Math.abs(value - expected)).toBeLessThan(18 * 2 * EPS);
    }
  });

  it('makes the Heston model of two independent Wiener processes', () => {
    const parameters = { mu: 0.1, kappa: 1.5, theta: 0.3, xi: 0.4 };
    const apart = correlated(heston({ ...parameters, rho: 0 }), [
      [1, -0.6],
      [-0.6, 1],
    ]);
    const together = heston({ ...parameters, rho: -0.6 });
    for (const phi of ['S^2', 'S*v', 'v^2', 'log(S)']) {
      const [a, b] = [apart, together].map((of) => generator(of)(phi).evaluate(0, [1.1, 0.4]));
      expect(Math.abs(a - b)).toBeLessThan(16 * 2 * EPS);
    }
    const expected = together.exactMoments(1, [1.1, 0.4]).second[1];
    // Rounding of e^(tG), ‖tG‖ below 4, over a few terms of size 2.
    expect(Math.abs(polynomialMoment(apart, 'S*v', { t: 1, x0: [1.1, 0.4] }) - expected)).toBeLessThan(2 ** 8 * EPS);
  });

  it('decides the noise structure again', () => {
    const diagonal = symbolic({
      state: ['x', 'y'],
      drift: [0, 0],
      diffusion: [
        ['x', 0],
        [0, 'y'],
      ],
    });
    const half = [
      [1, 0.5],
      [0.5, 1],
    ];
    expect(correlated(diagonal, half).noise.kind).toBe('commutative');
    const declared = model({
      dimension: 2,
      noiseDimension: 2,
      noise: 'diagonal',
      drift: diagonal.drift,
      diffusion: diagonal.diffusion,
    });
    expect(correlated(declared, half).noise).toMatchObject({ kind: 'commutative', diagonal: false, commutative: true });
    const one = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
    expect(correlated(one, [[1]]).noise).toMatchObject({ kind: 'scalar', diagonal: true });
  });

  it.each<readonly [string, unknown, string, RegExp]>([
    ['another shape', [[1]], 'shape', /shape \(3, 3\)/],
    [
      'a ragged matrix',
      [
        [1, 0, 0],
        [0, 1],
        [0, 0, 1],
      ],
      'shape',
      /a row that is an array of length 2/,
    ],
    ['what is no matrix', 0.5, 'shape', /0\.5/],
    [
      'another diagonal',
      [
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 1],
      ],
      'value',
      /1 at \(1, 1\)/,
    ],
    [
      'an asymmetric matrix',
      [
        [1, 0.5, 0],
        [0.25, 1, 0],
        [0, 0, 1],
      ],
      'value',
      /symmetric/,
    ],
    [
      'a NaN',
      [
        [1, Number.NaN, 0],
        [Number.NaN, 1, 0],
        [0, 0, 1],
      ],
      'value',
      /finite/,
    ],
    [
      'an indefinite matrix',
      [
        [1, 0.9, -0.9],
        [0.9, 1, 0.9],
        [-0.9, 0.9, 1],
      ],
      'value',
      /row 2/,
    ],
    [
      'a singular matrix',
      [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      'value',
      /positive definite/,
    ],
  ])('refuses %s', (_, correlation, code, message) => {
    // The types exclude some of these; callers without types meet the door.
    const make = () => correlated(three('ito'), correlation as number[][]);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(SdeError);
  });
});
