import { modifiedCraigSneyd, sinhSpaced, solveKolmogorov } from 'kolmogorov';
import { expression, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { hestonCall } from '#studies/multilevel/heston-call';

const normal = expression('normcdf(x)', { state: ['x'] });

describe('options in prices, their kinks between nodes and averaged', () => {
  test('Heston, correlation −0.9, degenerate at zero price and zero variance', () => {
    const p = { r: 0.025, kappa: 1.5, theta: 0.04, xi: 0.3, rho: -0.9, v0: 0.04 };
    const model = symbolic({
      state: ['x', 'v'],
      drift: [`${p.r}*x`, `${p.kappa}*(${p.theta} - v)`],
      diffusion: [
        ['x*sqrt(v)', '0'],
        [`${p.xi * p.rho}*sqrt(v)`, `${p.xi * Math.sqrt(1 - p.rho ** 2)}*sqrt(v)`],
      ],
    });
    const exact = Math.exp(-p.r) * hestonCall(100, 100, 1, p);
    const errors = [
      [41, 21],
      [81, 41],
    ].map(
      ([n, m]) =>
        solveKolmogorov(
          { model, T: 1, terminal: 'max(x - 100, 0)', killing: p.r },
          {
            grid: [sinhSpaced(0, 600, n, { center: 100, width: 30 }), sinhSpaced(0, 2, m, { center: 0, width: 0.1 })],
            stepping: modifiedCraigSneyd({ steps: n - 1, theta: 2 / 5 }),
            averaging: 16,
            keep: 'ends',
          },
        ).at(0, [100, p.v0]) - exact,
    );
    expect(Math.abs(errors[1])).toBeLessThan(Math.abs(errors[0]) / 3);
    expect(Math.abs(errors[1] / exact)).toBeLessThan(2e-3);
  });

  test('Margrabe: the option to exchange one stock for another', () => {
    const [s1, s2, rho] = [0.3, 0.2, 0.5];
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        [`${s1}*x`, '0'],
        [`${s2 * rho}*y`, `${s2 * Math.sqrt(1 - rho ** 2)}*y`],
      ],
    });
    const spread = Math.sqrt(s1 ** 2 + s2 ** 2 - 2 * rho * s1 * s2);
    const exact = 100 * (2 * normal.evaluate(0, [spread / 2]) - 1);
    const errors = [49, 97].map(
      (n) =>
        solveKolmogorov(
          { model, T: 1, terminal: 'max(x - y, 0)' },
          {
            grid: [
              sinhSpaced(0, 500, n, { center: 100, width: 60 }),
              sinhSpaced(0, 400, n, { center: 100, width: 60 }),
            ],
            stepping: modifiedCraigSneyd({ steps: (n - 1) / 2 }),
            averaging: 8,
            keep: 'ends',
          },
        ).at(0, [100, 100]) - exact,
    );
    expect(Math.abs(errors[1])).toBeLessThan(Math.abs(errors[0]) / 3);
    expect(Math.abs(errors[1] / exact)).toBeLessThan(5e-3);
  });
});
