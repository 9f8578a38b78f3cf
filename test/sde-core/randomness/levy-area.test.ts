import { discretize, fold, key, milsteinGeneral, problem, symbolic } from 'sde-core';
import { gaussian, levyArea, noiseSource } from 'sde-core/randomness';
import { type AreaMethod, areaVariables } from 'sde-core/schemes';
import { describe, expect, it } from 'vitest';

const PATHS = 6000;

/** `count` independent normal variables for each path. */
function sample(count: number, label: string, visit: (normals: Float64Array) => void, paths = PATHS): void {
  const source = noiseSource(
    Array.from({ length: count }, () => gaussian),
    fold(key(20), label),
  );
  const out = new Float64Array(count);
  for (let path = 0; path < paths; path++) {
    source(path, 0, out);
    visit(out);
  }
}

/** Mean of a statistic in units of its standard error, about what it should be. */
function deviation(values: readonly number[], expected: number): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return (mean - expected) / Math.sqrt(variance / values.length);
}

/** Beyond this many standard errors one of the few dozen statistics here would fall once in ten thousand runs. */
const Z = 5;

const h = 0.37;
const methods: readonly AreaMethod[] = [
  { kind: 'davie' },
  { kind: 'foster' },
  { kind: 'mrongowius-roessler', terms: 1 },
  { kind: 'mrongowius-roessler', terms: 6 },
];

describe.each(methods.map((method) => [JSON.stringify(method), method] as const))('%s', (label, method) => {
  const m = 3;
  const extra = areaVariables(method, m);

  it('is antisymmetric with the variance h²/4, uncorrelated with the increments and between pairs', () => {
    const statistics: number[][] = [[], [], [], []];
    let symmetric = 0;
    sample(m + extra, label, (normals) => {
      const increments = Array.from(normals.subarray(0, m), (xi) => Math.sqrt(h) * xi);
      const area = levyArea(increments, { h, method, normals: normals.subarray(m) });
      for (let i = 0; i < m; i++) {
        for (let j = 0; j <= i; j++) if (area[i * m + j] + area[j * m + i] !== 0) symmetric++;
      }
      statistics[0].push(area[1]);
      statistics[1].push(area[1] ** 2);
      statistics[2].push(area[1] * area[2]);
      statistics[3].push(area[1] * increments[0] * increments[1]);
    });
    expect(symmetric).toBe(0);
    [0, h ** 2 / 4, 0, 0].forEach((expected, i) => {
      expect(Math.abs(deviation(statistics[i], expected))).toBeLessThan(Z);
    });
  });

  it('has the conditional variance h²/12 (1 + (ΔW_i² + ΔW_j²)/h) given the increments', () => {
    // E[A² (ΔW_1² + ΔW_2²)] = h²/12 · 2h + h/12 · E (ΔW_1² + ΔW_2²)² = h³/6 + 8h³/12.
    const values: number[] = [];
    sample(2 + areaVariables(method, 2), `${label} given`, (normals) => {
      const increments = Array.from(normals.subarray(0, 2), (xi) => Math.sqrt(h) * xi);
      const area = levyArea(increments, { h, method, normals: normals.subarray(2) });
      values.push(area[1] ** 2 * (increments[0] ** 2 + increments[1] ** 2));
    });
    expect(Math.abs(deviation(values, (5 / 6) * h ** 3))).toBeLessThan(Z);
  });
});

describe('a truncated series', () => {
  const squareError = (kind: 'fourier' | 'milstein', terms: number, many: number): number => {
    // The same coefficients, cut off after `terms` of `many`; ΔW = 0 for the bridge alone, or not.
    const values: number[] = [];
    sample(
      2 + 4 * many + 2,
      `${kind}${terms}`,
      (normals) => {
        const increments = Array.from(normals.subarray(0, 2), (xi) => Math.sqrt(h) * xi);
        const series = normals.subarray(2, 2 + 4 * many);
        const tail = normals.subarray(2 + 4 * many);
        const full = levyArea(increments, { h, method: { kind: 'fourier', terms: many }, normals: series });
        const cut = series.subarray(0, 4 * terms);
        const used = kind === 'fourier' ? cut : Float64Array.from([...cut, ...matchedTail(series, terms, many, tail)]);
        const short = levyArea(increments, { h, method: { kind, terms }, normals: used });
        values.push(((full[1] - short[1]) / h) ** 2);
      },
      2000,
    );
    return values.reduce((a, b) => a + b) / values.length;
  };
  /** Σ_(r>n) X_r / r, standardized: the variable that Milstein's tail stands for. */
  const matchedTail = (series: Float64Array, terms: number, many: number, rest: Float64Array): number[] => {
    let beyond = Math.PI ** 2 / 6;
    for (let r = 1; r <= many; r++) beyond -= 1 / r ** 2;
    let [variance] = [Math.PI ** 2 / 6];
    for (let r = 1; r <= terms; r++) variance -= 1 / r ** 2;
    return [0, 1].map((k) => {
      let sum = Math.sqrt(beyond) * rest[k];
      for (let r = terms; r < many; r++) sum += series[2 * (2 * r + k)] / (r + 1);
      return sum / Math.sqrt(variance);
    });
  };

  it('has the mean-square errors that its kind is known for', () => {
    const [terms, many] = [4, 64];
    let tail = 0;
    for (let r = terms + 1; r <= many; r++) tail += 1 / r ** 2;
    // E (Σ_(r>n) (1/2πr) {…})² = (1/4π²) Σ 1/r² (2 + 2 (w_1² + w_2²)), and 2 of it is left where the part linear in w is kept.
    const [bare, kept] = [(6 * tail) / (4 * Math.PI ** 2), (2 * tail) / (4 * Math.PI ** 2)];
    // Squares of nearly normal variables over 2000 paths: a relative standard error of about √(4/2000), and Z of it.
    const relative = Z * Math.sqrt(4 / 2000);
    expect(Math.abs(squareError('fourier', terms, many) / bare - 1)).toBeLessThan(relative);
    const milstein = squareError('milstein', terms, many);
    let beyond = Math.PI ** 2 / 6;
    for (let r = 1; r <= many; r++) beyond -= 1 / r ** 2;
    // What is beyond `many` is in the tail and not in the long series: 4 of it.
    expect(Math.abs(milstein / (kept + (4 * beyond) / (4 * Math.PI ** 2)) - 1)).toBeLessThan(relative);
  });
});

describe('the sign', () => {
  it('is that of I_(i,j) = ∫ W_i dW_j: dX1 = dW1, dX2 = X1 dW2 gives X2 = ½ ΔW1 ΔW2 + A_12', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0', 'x'],
      ],
    });
    const method: AreaMethod = { kind: 'foster' };
    const chain = discretize(problem({ model, x0: [0, 0], T: h }), milsteinGeneral({ area: method }), 1);
    const noise = Float64Array.of(0.7, -1.2, 0.4, 0.9, -0.3);
    const out = new Float64Array(2);
    chain.step(0, chain.x0, noise, out);
    const [first, second] = [Math.sqrt(h) * 0.7, Math.sqrt(h) * -1.2];
    const area = levyArea([first, second], { h, method, normals: noise.subarray(2) });
    expect(out[0]).toBeCloseTo(first, 14);
    expect(out[1]).toBeCloseTo((first * second) / 2 + area[1], 14);
  });

  it('agrees with a path: H_i ΔW_j − ΔW_i H_j is the mean of ½ ∫ (W_i dW_j − W_j dW_i) given ΔW and ∫ W', () => {
    // Chords of a path on n points; its area and its space–time areas by the trapezoidal rule, which is exact for chords.
    const n = 32;
    const values: number[] = [];
    const spread: number[] = [];
    sample(
      2 * n,
      'path',
      (xi) => {
        const W = [0, 0];
        const integral = [0, 0];
        let area = 0;
        for (let s = 0; s < n; s++) {
          const step = [xi[2 * s], xi[2 * s + 1]].map((value) => value * Math.sqrt(h / n));
          area += (W[0] * step[1] - W[1] * step[0]) / 2;
          for (let i = 0; i < 2; i++) {
            integral[i] += ((W[i] + step[i] / 2) * h) / n;
            W[i] += step[i];
          }
        }
        const H = integral.map((value, i) => value / h - W[i] / 2);
        const mean = H[0] * W[1] - W[0] * H[1];
        values.push((area - mean) * mean);
        spread.push((area - mean) ** 2 * (H[0] ** 2 + H[1] ** 2));
      },
      3 * PATHS,
    );
    expect(Math.abs(deviation(values, 0))).toBeLessThan(Z);
    // With S = H_1² + H_2², E S = h/6 and E S² = h²/18, Foster's variance h²/20 + h S/5 gives E (A − mean)² S = 7h³/360; Davie's
    // h²/12 would give 5h³/360. The areas between chord and path are not seen: h²/(4n) of variance, independent of H to leading order.
    expect(Math.abs(deviation(spread, (7 / 360) * h ** 3 - h ** 3 / 24 / n))).toBeLessThan(Z);
    expect(Math.abs(deviation(spread, (5 / 360) * h ** 3))).toBeGreaterThan(Z);
  });

  it('refuses another number of normal variables', () => {
    expect(() => levyArea([1, 2], { h, method: { kind: 'foster' }, normals: [1, 2] })).toThrow(/shape \(3\)/);
    expect(() => milsteinGeneral({ area: { kind: 'fourier', terms: 0 } })).toThrow(/integer ≥ 1/);
  });
});
