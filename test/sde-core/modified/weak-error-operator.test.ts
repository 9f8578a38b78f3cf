import {
  eulerMaruyama,
  expression,
  milstein,
  model,
  platen,
  SdeError,
  type SymbolicModel,
  symbolic,
  type TracedScheme,
  weakErrorOperator,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { defineScheme } from '#sde-core/schemes/scheme';
import { incrementsAlone } from '#sde-core/schemes/scheme-driver';

/** 1-D models, f and g as text with what the closed forms need: their first two derivatives. */
const scalar = [
  { f: ['2*x', '2', '0'], g: ['0.5*x', '0.5', '0'] },
  { f: ['sin(x)', 'cos(x)', '-sin(x)'], g: ['sqrt(1+x^2)', 'x/sqrt(1+x^2)', '1/(1+x^2)^1.5'] },
  { f: ['1.2 - x', '-1', '0'], g: ['0.3*sqrt(x)', '0.15/sqrt(x)', '-0.075/x^1.5'] },
  { f: ['tanh(x)', '1 - tanh(x)^2', '-2*tanh(x)*(1 - tanh(x)^2)'], g: ['1', '0', '0'] },
] as const;
const points = [0.2, 0.7, 1.3, 2.1];

const made = ({ f, g }: (typeof scalar)[number]): SymbolicModel =>
  symbolic({ state: ['x'], drift: [f[0]], diffusion: g[0] });

/** The coefficient of ∂^n at x. */
const coefficient = (m: SymbolicModel, scheme: TracedScheme, n: number, x: number): number =>
  weakErrorOperator(m, scheme)
    .find((term) => term.derivative[0] === n)
    ?.coefficient.evaluate(0, [x]) ?? 0;

/** f, f′, f″, g, g′, g″ at x. */
const at = (entry: (typeof scalar)[number], x: number): number[] =>
  [...entry.f, ...entry.g].map((text) => expression(text, { state: ['x'] }).evaluate(0, [x]));

/** A dozen terms of size up to 10, each with a few roundings. */
const rounding = 12 * 10 * 16 * 2 ** -52;

describe.each(scalar.map((entry) => [entry.f[0], entry.g[0], entry] as const))(
  'dX = (%s) dt + (%s) dW',
  (_, __, entry) => {
    it('Euler–Maruyama has the closed form of its local error', () => {
      for (const x of points) {
        const [f, f1, f2, g, g1, g2] = at(entry, x);
        // a = g², a′ = 2gg′, a″ = 2(g′² + gg″)
        const [a, a1, a2] = [g * g, 2 * g * g1, 2 * (g1 * g1 + g * g2)];
        const closed = [
          -(f * f1 + (g * g * f2) / 2) / 2,
          -((f * a1) / 4 + (a * f1) / 2 + (a * a2) / 8),
          -(g ** 3 * g1) / 2,
          0,
        ];
        closed.forEach((value, i) => {
          expect(Math.abs(coefficient(made(entry), eulerMaruyama, i + 1, x) - value)).toBeLessThan(rounding);
        });
      }
    });

    it('Milstein has the closed form of its local error', () => {
      for (const x of points) {
        const [f, f1, f2, g, g1, g2] = at(entry, x);
        const closed = [-(f * f1 + (g * g * f2) / 2) / 2, (-g / 2) * (f * g1 + g * f1 + (g * g * g2) / 2), 0, 0];
        closed.forEach((value, i) => {
          expect(Math.abs(coefficient(made(entry), milstein, i + 1, x) - value)).toBeLessThan(rounding);
        });
      }
    });

    it.each([weakTaylor2, platen])('$name has none', (scheme) => {
      expect(weakErrorOperator(made(entry), scheme)).toEqual([]);
    });

    it('two-point increments add (k₄ − 3)/24 g⁴ ∂⁴', () => {
      for (const x of points) {
        const g = at(entry, x)[3];
        const scheme = withDriver(eulerMaruyama, 'two-point');
        expect(Math.abs(coefficient(made(entry), scheme, 4, x) + g ** 4 / 12)).toBeLessThan(rounding);
        const three = withDriver(eulerMaruyama, 'three-point');
        expect(coefficient(made(entry), three, 4, x)).toBe(0);
      }
    });
  },
);

describe('weakErrorOperator', () => {
  const general = symbolic({
    state: ['x', 'y'],
    drift: ['y + x*t', '-x'],
    diffusion: [
      ['x', 1],
      ['y', 'sin(x)'],
    ],
  });

  it('is empty for second-order schemes with noise that does not commute and moving coefficients', () => {
    expect(weakErrorOperator(general, weakTaylor2)).toEqual([]);
    expect(weakErrorOperator(general, platen)).toEqual([]);
  });

  it('has for Euler–Maruyama the symmetric third-order part −½ a_il ∂_l a_jk ∂_ijk', () => {
    const sigma = ([x, y]: number[]) => [
      [x, 1],
      [y, Math.sin(x)],
    ];
    const a = (p: number[], i: number, j: number): number => {
      const s = sigma(p);
      return s[i][0] * s[j][0] + s[i][1] * s[j][1];
    };
    const slope = ([x, y]: number[], l: number, j: number, k: number): number => {
      const [sin, cos] = [Math.sin(x), Math.cos(x)];
      const inX = [
        [2 * x, y + cos],
        [y + cos, 2 * sin * cos],
      ];
      const inY = [
        [0, x],
        [x, 2 * y],
      ];
      return (l === 0 ? inX : inY)[j][k];
    };
    const p = [0.7, -0.4];
    const expected: Record<string, number> = {};
    for (const i of [0, 1])
      for (const j of [0, 1])
        for (const k of [0, 1])
          for (const l of [0, 1]) {
            const key = [0, 1].map((axis) => [i, j, k].filter((index) => index === axis).length).join();
            expected[key] = (expected[key] ?? 0) - (a(p, i, l) * slope(p, l, j, k)) / 4;
          }
    for (const term of weakErrorOperator(general, eulerMaruyama)) {
      if (term.derivative[0] + term.derivative[1] !== 3) continue;
      const value = term.coefficient.evaluate(0, p);
      expect(Math.abs(value - expected[term.derivative.join()])).toBeLessThan(rounding);
      delete expected[term.derivative.join()];
    }
    expect(Object.keys(expected)).toEqual([]);
  });

  it('drops what vanishes for the parameters given, and keeps them as symbols', () => {
    const m = symbolic({ state: ['x'], drift: ['-k*x'], diffusion: 's*x', parameters: { k: 1, s: 0 } });
    expect(weakErrorOperator(m, eulerMaruyama).map((term) => String(term.coefficient))).toEqual(['-0.5*x*k^2']);
  });

  it('converts to the calculus of the scheme', () => {
    const ito = symbolic({ state: ['x'], drift: ['1.5*x'], diffusion: 'x' });
    const stratonovich = symbolic({ state: ['x'], drift: ['x'], diffusion: 'x', calculus: 'stratonovich' });
    const text = (m: SymbolicModel): string[] =>
      weakErrorOperator(m, eulerMaruyama).map((term) => String(term.coefficient));
    expect(text(stratonovich)).toEqual(text(ito));
  });

  const half = defineScheme({
    name: 'half the drift',
    citation: 'maruyama1955',
    order: { weak: 1, strong: 0.5, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone('gaussian'),
    step: ({ algebra, y, h, dW, time, drift, diffusion }) => {
      const b = drift(time(0), y);
      const columns = diffusion(time(0), y);
      const weight = algebra.multiply(algebra.constant(1 / 2), h);
      return y.map((x, i) =>
        algebra.add(algebra.add(x, algebra.multiply(weight, b[i])), algebra.multiply(dW[0], columns[0][i])),
      );
    },
  });
  const kinked = defineScheme({
    ...half,
    name: 'kinked',
    step: ({ algebra, y, dW }) => y.map((x) => algebra.add(x, algebra.abs(dW[0]))),
  });
  const linear = symbolic({ state: ['x'], drift: ['x'], diffusion: 1 });

  it('finds a scheme that is not consistent', () => {
    expect(() => weakErrorOperator(linear, half)).toThrow(SdeError);
    expect(() => weakErrorOperator(linear, half)).toThrow(/a term h \(-0\.5\*x ∂x\) φ/);
  });

  it('expands a step that is smooth in the noise, such as one tamed by |f|', () => {
    // Y + f h/(1 + h|f|) = Y + f h − f|f| h² + …: the local error gains −f|f| ∂.
    const tamed = defineScheme({
      ...half,
      name: 'tamed',
      step: ({ algebra, y, h, dW, time, drift, diffusion }) => {
        const [b] = drift(time(0), y);
        const [[g]] = diffusion(time(0), y);
        const damped = algebra.divide(
          algebra.multiply(b, h),
          algebra.add(algebra.constant(1), algebra.multiply(h, algebra.abs(b))),
        );
        return [algebra.add(algebra.add(y[0], damped), algebra.multiply(g, dW[0]))];
      },
    });
    const m = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 1 });
    for (const x of points) {
      const f = x - x ** 3;
      const expected = coefficient(m, eulerMaruyama, 1, x) - f * Math.abs(f);
      expect(Math.abs(coefficient(m, tamed, 1, x) - expected)).toBeLessThan(10 * rounding);
    }
  });

  it('refuses a step that is not smooth in the noise, and a model without formulas', () => {
    expect(() => weakErrorOperator(linear, kinked)).toThrow(/'abs'/);
    const numeric = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
    expect(() => weakErrorOperator(numeric, eulerMaruyama)).toThrow(/symbolic/);
  });
});
