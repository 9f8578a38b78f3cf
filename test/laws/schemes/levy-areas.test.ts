import { type CertificateModel, certify, defineScheme, milsteinGeneral, symbolic } from 'sde-core';
import { levyArea } from 'sde-core/randomness';
import { type AreaMethod, areaError, areaVariables } from 'sde-core/schemes';
import { describe, expect, it } from 'vitest';

const plane = (columns: readonly (readonly string[])[]): CertificateModel => ({
  name: `${columns.length} columns`,
  model: symbolic({
    state: ['x', 'y'],
    drift: ['-0.5 * x + 0.3 * y + 0.2 * x^2', '0.2 * x - 0.4 * y + t * x * y'],
    diffusion: [0, 1].map((i) => columns.map((column) => column[i])),
  }),
  t0: 0.4,
  points: [[0.7, -0.6]],
});
const two = plane([
  ['0.3 + 0.2 * y', '0.25 * x * y'],
  ['0.4 * x', '0.5 + 0.2 * t'],
]);
const three = plane([
  ['0.3 + 0.2 * y', '0.35 * x'],
  ['0.4 * x * y', '0.3 - 0.1 * y^2'],
  ['0.25 * x - 0.2 * t', '0.2 + 0.3 * x^2'],
]);
const series = ['fourier', 'milstein', 'mrongowius-roessler'] as const;
const methods: readonly AreaMethod[] = [
  ...series.map((kind) => ({ kind, terms: 1 })),
  { kind: 'two-point' },
  { kind: 'davie' },
  { kind: 'foster' },
];

/** Half the distance between two orders that schemes can have is ¼; slopes from h ≤ 1/64 are far nearer than that. */
const NEAR = 0.06;

describe.each(methods.map((area) => [area.kind, area] as const))('Milstein with areas %s', (_, area) => {
  const scheme = milsteinGeneral({ area });
  it.each([two, three])('has the strong order that it declares, for $name that do not commute', (entry) => {
    const certificate = certify(scheme, { models: [entry] });
    expect(certificate.verdict).toBe('confirmed');
    // Not better than it declares either.
    expect(Math.abs((certificate.measuredStrong ?? Number.NaN) - (scheme.order.strong ?? Number.NaN))).toBeLessThan(
      NEAR,
    );
  });
});

describe('the number of terms', () => {
  it.each(series)('of %s has to grow: with a fixed one the strong order is refuted, and is ½', (kind) => {
    const grown = milsteinGeneral({ area: { kind, terms: 1 } });
    const { areas } = grown;
    if (!areas) throw new Error('no areas');
    const fixed = defineScheme<'jacobians'>({ ...grown, areas: { ...areas, error: (m) => areas.error(m, 1) } });
    const certificate = certify(fixed, { models: [three] });
    expect(certificate.verdict).toBe('refuted');
    expect(certificate.reason).toContain('Strong order');
    expect(Math.abs((certificate.measuredStrong ?? Number.NaN) - 1 / 2)).toBeLessThan(NEAR);
  });
});

/** E f² of a quadratic form of independent normal variables without squares, from its values: Σ_(i<j) c_ij². */
function meanSquare(f: (normals: Float64Array) => number, count: number): number {
  const at = (...places: number[]): number => {
    const normals = new Float64Array(count);
    for (const place of places) normals[place] = 1;
    return f(normals);
  };
  let sum = 0;
  for (let i = 0; i < count; i++) {
    expect(at(i)).toBe(0);
    for (let j = 0; j < i; j++) sum += at(i, j) ** 2;
  }
  return sum;
}

describe('areaError', () => {
  // ξ (2), then X_0r, Y_0r, X_1r, Y_1r of `many` terms: the longer series minus the shorter one, on one path.
  const many = 24;
  const area = (normals: Float64Array, method: AreaMethod, variables: Float64Array): number =>
    levyArea(normals.subarray(0, 2), { h: 1, method, normals: variables })[1];
  const difference = (kind: 'fourier' | 'milstein', terms: number) => (normals: Float64Array) => {
    const all = normals.subarray(2);
    const long = area(normals, { kind: 'fourier', terms: many }, all);
    if (kind === 'fourier') return long - area(normals, { kind, terms }, all.subarray(0, 4 * terms));
    // Milstein's tail stands for Σ_(r>n) X_kr / r, here as far as the long series has it.
    let variance = Math.PI ** 2 / 6;
    for (let r = 1; r <= terms; r++) variance -= 1 / r ** 2;
    const tails = [0, 1].map((k) => {
      let sum = 0;
      for (let r = terms; r < many; r++) sum += all[2 * (2 * r + k)] / (r + 1);
      return sum / Math.sqrt(variance);
    });
    return long - area(normals, { kind, terms }, Float64Array.from([...all.subarray(0, 4 * terms), ...tails]));
  };

  it.each(['fourier', 'milstein'] as const)('is what %s leaves out of the series, in mean square', (kind) => {
    for (const terms of [1, 2, 5]) {
      const left = meanSquare(difference(kind, terms), 2 + areaVariables({ kind: 'fourier', terms: many }, 2));
      const expected = areaError({ kind, terms }, 2) ** 2 - areaError({ kind, terms: many }, 2) ** 2;
      // Sums of some thousand squares round to this.
      expect(Math.abs(left - expected)).toBeLessThan(1e3 * Number.EPSILON);
    }
  });

  it('bounds what one normal variable instead of the double tail leaves, for two Wiener processes', () => {
    // Given the X, the tail (1/2π) Σ_(r>n) (Y_0r X_1r − Y_1r X_0r) / r is normal with variance S / 4π², and
    // E (√S − √(E S))² ≤ Var S / E S = Σ 4/r⁴ / Σ 2/r².
    for (const terms of [1, 2, 5, 20]) {
      let [squares, fourths] = [Math.PI ** 2 / 6, Math.PI ** 4 / 90];
      for (let r = 1; r <= terms; r++) {
        squares -= 1 / r ** 2;
        fourths -= 1 / r ** 4;
      }
      const bound = (4 * fourths) / (2 * squares) / (4 * Math.PI ** 2);
      const error = areaError({ kind: 'mrongowius-roessler', terms }, 2) ** 2;
      expect(bound).toBeLessThan(error);
      // Sharp for many terms: 1 + O(1/n).
      expect(bound).toBeGreaterThan(error * (1 - 2 / terms));
    }
  });

  it('falls as its kind is known for', () => {
    for (const [kind, order] of [
      ['fourier', 1 / 2],
      ['milstein', 1 / 2],
      ['mrongowius-roessler', 1],
    ] as const) {
      const [coarse, fine] = [400, 800].map((terms) => areaError({ kind, terms }, 3));
      expect(Math.abs(Math.log2(coarse / fine) - order)).toBeLessThan(1 / 400);
    }
    expect(areaError({ kind: 'foster' }, 1)).toBe(0);
  });
});
