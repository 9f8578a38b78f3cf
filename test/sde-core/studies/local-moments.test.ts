import { type Calculus, certificateModels, generator, type SymbolicModel, symbolic } from 'sde-core';
import { gaussian, twoPoint } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { discreteLaw } from '#sde-core/studies/discrete-law';
import { localMoments } from '#sde-core/studies/local-moments';
import { exponentVectors, localOrder } from '#sde-core/studies/local-order';

describe('local moments', () => {
  it('of a geometric Brownian motion are the series of its closed form', () => {
    const model = symbolic({ state: ['x'], drift: '0.7 * x', diffusion: '0.5 * x' });
    const moment = localMoments(model, { t0: 0, x0: [1] }, 5);
    // E (X − 1)² = e^((2μ + σ²)h) − 2 e^(μh) + 1.
    const factorials = [1, 1, 2, 6, 24, 120];
    const [mu, square] = [0.7, 2 * 0.7 + 0.25];
    for (const [k, factorial] of factorials.entries()) {
      expect(moment([1])[k]).toBeCloseTo(k === 0 ? 0 : mu ** k / factorial, 14);
      expect(moment([2])[k]).toBeCloseTo(k === 0 ? 0 : (square ** k - 2 * mu ** k) / factorial, 14);
    }
  });

  it('see the time in the coefficients, and the Stratonovich drift', () => {
    const moving = symbolic({ state: ['x'], drift: 't^2', diffusion: '0' });
    // ∫_2^(2+h) s² ds = 4h + 2h² + h³/3.
    expect(localMoments(moving, { t0: 2, x0: [0] }, 3)([1])).toEqual([0, 4, 2, 1 / 3]);
    const turned = symbolic({ state: ['x'], drift: '0', diffusion: 'x', calculus: 'stratonovich' });
    expect(localMoments(turned, { t0: 0, x0: [1] }, 2)([1])).toEqual([0, 1 / 2, 1 / 8]);
  });

  it('take parameters and negative times', () => {
    const model = symbolic({ state: ['x'], drift: 'k * (1 - x)', diffusion: '0', parameters: { k: 3 } });
    expect(localMoments(model, { t0: -1, x0: [0] }, 2)([1])).toEqual([0, 3, -4.5]);
  });
});

describe('local moments of polynomial models', () => {
  /** (Lᵏ f)(x0) / k! by the generator's formulas, with x0 put into the monomial. */
  const byGenerator = (
    model: SymbolicModel,
    x0: readonly number[],
    alpha: readonly number[],
    terms: number,
  ): number[] => {
    const L = generator(model);
    const monomial = alpha.map((exponent, i) => `(${model.state[i]} - (${x0[i]}))^${exponent}`).join(' * ');
    return [1, 1, 2, 6].slice(0, terms + 1).map((factorial, k) => {
      const formula = k === 0 ? L.power(0)(monomial) : L.power(k)(monomial);
      return formula.evaluate(0, x0) / factorial;
    });
  };

  it.each([
    ['one noise for both', ['y^2 - 1', 'x * y / 2'], [['x'], ['1 - y']]],
    [
      'two noises',
      ['-x^3 + 0.5', '(x - y)^2'],
      [
        ['1', 'x * y'],
        ['y', '-(2 + x)'],
      ],
    ],
    [
      'a parameter',
      ['k * x - y', 'y * k^2 / (1 + 1)'],
      [
        ['k', '0'],
        ['0', 'x^0 * y'],
      ],
    ],
    [
      'roots in σ alone',
      ['1 - x', '2 - y'],
      [
        ['sqrt(x)', '0'],
        ['0', 'k * sqrt(x + y^2)'],
      ],
    ],
    [
      'Stratonovich',
      ['x', '-x * y'],
      [
        ['x * y', '1'],
        ['y', 'x^2'],
      ],
      'stratonovich',
    ],
  ] as const)('are those of the generator: %s', (_, drift, diffusion, calculus: Calculus = 'ito') => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: [...drift],
      diffusion: diffusion.map((row) => [...row]),
      parameters: { k: 1.5 },
      calculus,
    });
    const x0 = [0.7, 1.3];
    const moment = localMoments(model, { t0: 0, x0 }, 3);
    for (const alpha of exponentVectors(2, 3)) {
      const wanted = byGenerator(model, x0, alpha, 3);
      const found = moment(alpha);
      expect(found).toHaveLength(4);
      found.forEach((value, k) => {
        expect(Math.abs(value - wanted[k]), `h^${k} of ${alpha}`).toBeLessThan(
          1e-11 * Math.max(1, Math.abs(wanted[k])),
        );
      });
    }
  });

  it('see the time in b and in σ, from where the step begins', () => {
    // dX = t² dt + t dW: E (X − x)² = (∫ s² ds)² + ∫ s² ds, with ∫_2^(2+h) s² ds = 4 h + 2 h² + h³/3.
    const model = symbolic({ state: ['x'], drift: 't^2', diffusion: 't' });
    const [zero, one, two, three] = localMoments(model, { t0: 2, x0: [9] }, 3)([2]);
    expect([zero, one, two]).toEqual([0, 4, 2 + 16]);
    expect(three).toBeCloseTo(1 / 3 + 16, 12);
  });

  it.each([
    ['sqrt(x)', '1'],
    ['sin(x)', '1'],
    ['1 / x', '1'],
    ['x^1.5', '1'],
    ['x^(-1)', '1'],
    ['2^x', '1'],
    ['x > 0 ? x : 0', '1'],
    ['max(x, 0)', '1'],
    ['1', 'sqrt(sin(x))'],
  ])('refuse what leads out of polynomials: %s and %s', (drift, diffusion) => {
    const model = symbolic({ state: ['x'], drift, diffusion });
    const act = () => localMoments(model, { t0: 0, x0: [1] }, 2)([1]);
    expect(act).toThrow(/of the state in a coefficient[\s\S]*certify\(scheme, \{ models \}\)/);
    expect(act).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('take what is a polynomial after all', () => {
    for (const drift of ['x^2 / 4', '(2 * x)^2 / 2^4', 'x^(1 + 1) * 0.25', '-(-x * x) / (5 - 1)', '(x - x + x)^2 / 4'])
      expect(localMoments(symbolic({ state: ['x'], drift, diffusion: '0' }), { t0: 0, x0: [2] }, 2)([1])).toEqual([
        0,
        1,
        1 / 2,
      ]);
  });
});

describe('the parts of a certificate', () => {
  it('all exponent vectors up to a degree', () => {
    expect(exponentVectors(2, 2)).toEqual([
      [0, 1],
      [1, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
    expect(exponentVectors(3, 5)).toHaveLength(55);
  });

  it('slopes are extrapolated, and exact where nothing is above rounding', () => {
    const errors = [6, 7, 8, 9].map((k) => 2 ** -(2 * k) * (1 + 3 * 2 ** -k));
    const floors = errors.map(() => 1e-16);
    expect(localOrder({ errors, floors }).order).toBeCloseTo(2, 3);
    expect(localOrder({ errors: floors, floors }).order).toBe(Number.POSITIVE_INFINITY);
  });

  it('quadrature has the moments of N(0, 1) that it promises', () => {
    const doubleFactorial = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0];
    for (const [moments, enough] of [
      [3, 2],
      [5, 3],
      [9, 100],
    ] as const) {
      const law = discreteLaw([gaussian], moments, enough) ?? [];
      for (let n = 0; n <= moments; n++) {
        const moment = law.reduce((sum, { weight, noise }) => sum + weight * noise[0] ** n, 0);
        expect(moment).toBeCloseTo(doubleFactorial[n], 11);
      }
    }
    expect(discreteLaw([gaussian, twoPoint], 5)).toHaveLength(10);
    expect(
      discreteLaw(
        Array.from({ length: 20 }, () => gaussian),
        3,
      ),
    ).toBeUndefined();
  });

  it('the models cover what certificates promise', () => {
    for (const calculus of ['ito', 'stratonovich'] as const) {
      const all = certificateModels(calculus).map(({ model }) => model);
      expect(new Set(all.map((m) => m.noiseDimension))).toEqual(new Set([1, 2, 3]));
      expect(new Set(all.map((m) => m.noise.kind))).toEqual(
        new Set(['additive', 'scalar', 'diagonal', 'commutative', 'general']),
      );
      expect(all.every((m) => m.calculus === calculus)).toBe(true);
    }
  });
});
