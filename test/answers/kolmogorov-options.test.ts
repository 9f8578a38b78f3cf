import { crankNicolson, modifiedCraigSneyd, sinhSpaced, solveKolmogorov, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const normalCdf = (z: number): number => {
  // Composite Simpson on the density: error below 1e-14 for |z| < 6 with 4000 cells.
  const [n, f] = [4000, (s: number): number => Math.exp((-s * s) / 2) / Math.sqrt(2 * Math.PI)];
  let sum = f(0) + f(z);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f((i * z) / n);
  return 0.5 + (sum * z) / (3 * n);
};

/** Heston's call by the characteristic function of log X_T, on one contour between its poles. */
const hestonCall = (p: Record<'x' | 'v' | 'K' | 'T' | 'r' | 'kappa' | 'theta' | 'sigma' | 'rho', number>): number => {
  type Complex = readonly [number, number];
  const add = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
  const scale = (s: number, a: Complex): Complex => [s * a[0], s * a[1]];
  const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
  const over = (a: Complex, b: Complex): Complex => scale(1 / (b[0] ** 2 + b[1] ** 2), times(a, [b[0], -b[1]]));
  const root = (a: Complex): Complex => {
    const size = Math.hypot(a[0], a[1]);
    return [Math.sqrt((size + a[0]) / 2), Math.sign(a[1] || 1) * Math.sqrt((size - a[0]) / 2)];
  };
  const exp = (a: Complex): Complex => scale(Math.exp(a[0]), [Math.cos(a[1]), Math.sin(a[1])]);
  const log = (a: Complex): Complex => [Math.log(Math.hypot(a[0], a[1])), Math.atan2(a[1], a[0])];
  const { x, v, K, T, r, kappa, theta, sigma, rho } = p;
  // φ(z) = E exp(i z log(X_T / F)), z = k − i/2: E max(X_T − K, 0) = F − √(F K) / π · ∫₀^∞ Re[e^(i k m) φ(k − i/2)] / (k² + ¼) dk, m = log(F / K).
  const characteristic = (k: number): Complex => {
    const iz: Complex = [1 / 2, k];
    const zz = add(times(iz, iz), scale(-1, iz));
    const beta = add([kappa, 0], scale(-rho * sigma, iz));
    const d = root(add(times(beta, beta), scale(-(sigma ** 2), zz)));
    const g = over(add(beta, scale(-1, d)), add(beta, d));
    const decay = exp(scale(-T, d));
    const one: Complex = [1, 0];
    const ratio = over(add(one, scale(-1, times(g, decay))), add(one, scale(-1, g)));
    const start = over(
      times(add(beta, scale(-1, d)), add(one, scale(-1, decay))),
      add(one, scale(-1, times(g, decay))),
    );
    const mean = add(scale(T, add(beta, scale(-1, d))), scale(-2, log(ratio)));
    return exp(add(scale(v / sigma ** 2, start), scale((kappa * theta) / sigma ** 2, mean)));
  };
  const forward = x * Math.exp(r * T);
  const m = Math.log(forward / K);
  const [n, end] = [40000, 400];
  const f = (k: number): number => times([Math.cos(k * m), Math.sin(k * m)], characteristic(k))[0] / (k * k + 1 / 4);
  let sum = f(0) + f(end);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f((i * end) / n);
  const integral = (sum * end) / (3 * n);
  return Math.exp(-r * T) * (forward - (Math.sqrt(forward * K) / Math.PI) * integral);
};

describe('options with known prices', () => {
  test('Heston, correlation −0.9, degenerate at zero variance', () => {
    const p = { x: 100, v: 0.04, K: 100, T: 1, r: 0.025, kappa: 1.5, theta: 0.04, sigma: 0.3, rho: -0.9 };
    const across = Math.sqrt(1 - p.rho ** 2);
    const model = symbolic({
      state: ['x', 'v'],
      drift: [`${p.r}*x`, `${p.kappa}*(${p.theta} - v)`],
      diffusion: [
        ['x*sqrt(v)', '0'],
        [`${p.sigma * p.rho}*sqrt(v)`, `${p.sigma * across}*sqrt(v)`],
      ],
    });
    const exact = hestonCall(p);
    const errors = [
      [41, 21],
      [81, 41],
    ].map(
      ([n, m]) =>
        solveKolmogorov(
          { model, T: p.T, terminal: 'max(x - 100, 0)', killing: p.r },
          {
            grid: [sinhSpaced(0, 600, n, { center: 100, width: 30 }), sinhSpaced(0, 2, m, { center: 0, width: 0.1 })],
            stepping: modifiedCraigSneyd({ steps: n - 1, theta: 2 / 5 }),
            averaging: 16,
            keep: 'ends',
          },
        ).at(0, [p.x, p.v]) - exact,
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
    const exact = 100 * normalCdf(spread / 2) - 100 * normalCdf(-spread / 2);
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

  test('a down-and-out call, order 2', () => {
    // r = 0.05, σ = 0.25, K = 100, barrier 90: the image of Merton and Reiner.
    const [x, K, B, r, s, T] = [100, 100, 90, 0.05, 0.25, 1];
    const call = (at: number): number => {
      const d1 = (Math.log(at / K) + (r + s ** 2 / 2) * T) / (s * Math.sqrt(T));
      return at * normalCdf(d1) - K * Math.exp(-r * T) * normalCdf(d1 - s * Math.sqrt(T));
    };
    const exact = call(x) - (x / B) ** (1 - (2 * r) / s ** 2) * call(B ** 2 / x);
    const model = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.25*x']] });
    const errors = [156, 311, 621].map(
      (n) =>
        solveKolmogorov(
          { model, T, terminal: 'max(x - 100, 0)', killing: r },
          {
            grid: [uniform(90, 400, n)],
            boundary: [{ lower: { kind: 'absorbing' }, upper: { kind: 'vanishing-curvature' } }],
            stepping: crankNicolson({ steps: (n - 1) / 5 }),
            keep: 'ends',
          },
        ).at(0, [x]) - exact,
    );
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[1] / errors[2])).toBeLessThan(2.1);
  });
});
