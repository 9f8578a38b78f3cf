import {
  eulerMaruyama,
  type ModifiedEquation,
  milstein,
  model,
  modifiedEquation,
  platen,
  SdeError,
  sriw2,
  symbolic,
  weakErrorOperator,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const rounding = 12 * 10 * 16 * 2 ** -52;

function existing(outcome: ModifiedEquation): Extract<ModifiedEquation, { kind: 'exists' }> {
  if (outcome.kind === 'exists') return outcome;
  throw new Error(`no modified equation: ${outcome.obstruction}`);
}

describe('Euler–Maruyama', () => {
  it('with additive noise solves f₁ = −½(ff′ + ½g²f″), g₁ = −½gf′', () => {
    const m = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 's', parameters: { s: 0.7 } });
    const { drift, diffusion } = existing(modifiedEquation(m, eulerMaruyama));
    for (const x of [-1.2, 0.3, 0.9]) {
      const [f, f1, f2] = [x - x ** 3, 1 - 3 * x * x, -6 * x];
      expect(Math.abs(drift[0].evaluate(0, [x]) + (f * f1 + (0.49 / 2) * f2) / 2)).toBeLessThan(rounding);
      expect(Math.abs(diffusion[0].evaluate(0, [x]) + (0.7 * f1) / 2)).toBeLessThan(rounding);
    }
  });

  it('with additive noise in d dimensions has g₁ = −½(Df)g, though σ has rank 1', () => {
    const m = symbolic({ state: ['x', 'v'], drift: ['v', '-x^3 - v'], diffusion: [['0'], ['1']] });
    const { drift, diffusion } = existing(modifiedEquation(m, eulerMaruyama));
    const [x, v] = [0.8, -0.3];
    expect(diffusion.map((entry) => entry.evaluate(0, [x, v]))).toEqual([-0.5, 0.5]);
    // f₁ᵢ = −½ f_j ∂_j f_i; the second derivatives in v vanish.
    const b = -(x ** 3) - v;
    expect(Math.abs(drift[0].evaluate(0, [x, v]) + b / 2)).toBeLessThan(rounding);
    expect(Math.abs(drift[1].evaluate(0, [x, v]) - (3 * x * x * v + b) / 2)).toBeLessThan(rounding);
  });

  it('with multiplicative noise has none, and says which operator stands in the way', () => {
    const m = symbolic({ state: ['x'], drift: ['mu*x'], diffusion: 'sigma*x', parameters: { mu: 1, sigma: 0.5 } });
    const outcome = modifiedEquation(m, eulerMaruyama);
    expect(outcome).toMatchObject({ kind: 'none', obstruction: '-0.5*x^3*sigma^4 ∂x^3' });
  });

  it('exists iff g³g′ = 0: for the parameters given', () => {
    const m = symbolic({
      state: ['x'],
      drift: ['mu*x'],
      diffusion: 'a + sigma*x',
      parameters: { mu: 1, sigma: 0, a: 1 },
    });
    expect(modifiedEquation(m, eulerMaruyama).kind).toBe('exists');
    expect(modifiedEquation(m.withParameters({ sigma: 1e-3 }), eulerMaruyama).kind).toBe('none');
  });

  it('with two-point increments has a fourth-order obstruction', () => {
    const m = symbolic({ state: ['x'], drift: ['-x'], diffusion: 1 });
    const outcome = modifiedEquation(m, withDriver(eulerMaruyama, 'two-point'));
    expect(outcome).toMatchObject({ kind: 'none' });
    expect(outcome.kind === 'none' && outcome.obstruction).toMatch(/^-0\.0833\d* ∂x\^4$/);
  });

  it('of the Ornstein–Uhlenbeck process moves the rate and the noise: exact for a linear equation to O(h²)', () => {
    const [theta, sigma, h] = [1.5, 0.8, 2 ** -7];
    const m = symbolic({ state: ['x'], drift: ['-theta*x'], diffusion: 'sigma', parameters: { theta, sigma } });
    const at = existing(modifiedEquation(m, eulerMaruyama)).at(h);
    const [b, s] = [new Float64Array(1), new Float64Array(1)];
    at.drift(0, Float64Array.of(1), b);
    at.diffusion(0, Float64Array.of(1), s);
    // Euler: X⁺ = (1 − θh) X + σ√h ξ is sampled from rate −log(1 − θh)/h and noise σ² h = s² (1 − (1 − θh)²)/(2 rate).
    const rate = -Math.log1p(-theta * h) / h;
    const variance = (sigma ** 2 * h * 2 * rate) / (1 - (1 - theta * h) ** 2);
    expect(Math.abs(-b[0] - rate)).toBeLessThan(theta ** 3 * h ** 2);
    expect(Math.abs(s[0] ** 2 - variance)).toBeLessThan(2 * sigma ** 2 * theta ** 2 * h ** 2);
  });
});

describe('Milstein', () => {
  it('in one dimension always solves f₁ = −½(ff′ + ½g²f″), g₁ = −½(fg′ + gf′ + ½g²g″)', () => {
    const m = symbolic({ state: ['x'], drift: ['sin(x)'], diffusion: 'sqrt(1+x^2)' });
    const { drift, diffusion } = existing(modifiedEquation(m, milstein));
    for (const x of [-1.2, 0.3, 0.9]) {
      const [f, f1, f2] = [Math.sin(x), Math.cos(x), -Math.sin(x)];
      const g = Math.hypot(1, x);
      const [g1, g2] = [x / g, 1 / g ** 3];
      expect(Math.abs(drift[0].evaluate(0, [x]) + (f * f1 + (g * g * f2) / 2) / 2)).toBeLessThan(rounding);
      expect(Math.abs(diffusion[0].evaluate(0, [x]) + (f * g1 + g * f1 + (g * g * g2) / 2) / 2)).toBeLessThan(rounding);
    }
  });

  it('with diagonal noise in three dimensions shares the second-order part out', () => {
    const m = symbolic({
      state: ['x', 'y', 'z'],
      drift: ['10*(y - x)', 'x*(28 - z) - y', 'x*y - 3*z'],
      diffusion: [
        ['0.1*x', 0, 0],
        [0, '0.1*y', 0],
        [0, 0, '0.1*z'],
      ],
    });
    const { diffusion } = existing(modifiedEquation(m, milstein));
    const p = [1.1, -0.7, 2.3];
    const g = p.map((value) => 0.1 * value);
    const root = diffusion.map((entry) => entry.evaluate(0, p));
    for (const { derivative, coefficient } of weakErrorOperator(m, milstein)) {
      const axes = derivative.flatMap((n, i) => Array.from({ length: n }, () => i));
      if (axes.length !== 2) continue;
      const [i, j] = axes;
      const entry = root[i * 3 + j] * g[j] + g[i] * root[j * 3 + i];
      const value = coefficient.evaluate(0, p);
      expect(Math.abs((i === j ? entry / 2 : entry) - value)).toBeLessThan(rounding * (1 + Math.abs(value)));
    }
  });

  it('is freed of its local error by the correction with the opposite sign', () => {
    // With f − h f₁ and g − h g₁ in the scheme, the h² terms of one step are those of the equation: f₁, g₁ enter L by −h L₁.
    const m = symbolic({ state: ['x'], drift: ['mu*x'], diffusion: 'sigma*x', parameters: { mu: 0.8, sigma: 0.5 } });
    const corrected = existing(modifiedEquation(m, milstein)).at(-0.01);
    const [b, s] = [new Float64Array(1), new Float64Array(1)];
    corrected.drift(0, Float64Array.of(1), b);
    corrected.diffusion(0, Float64Array.of(1), s);
    expect(Math.abs(b[0] - (0.8 + (0.01 * 0.64) / 2))).toBeLessThan(4 * 2 ** -52);
    expect(Math.abs(s[0] - (0.5 + 0.01 * 0.4))).toBeLessThan(4 * 2 ** -52);
  });
});

describe('order by order', () => {
  const well = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 's', parameters: { s: 0.7 } });

  it('says at which order it ends, and what it has before is what it has alone', () => {
    const first = existing(modifiedEquation(well, eulerMaruyama));
    expect(first.corrections.map(({ order }) => order)).toEqual([1]);
    expect(first.corrections[0].drift).toBe(first.drift);
    // h g₁ = −½ h g f′ makes the noise multiplicative, and with it the next order has ∂³.
    const second = modifiedEquation(well, eulerMaruyama, { order: 2 });
    expect(second).toMatchObject({ kind: 'none', order: 2 });
    expect(second.kind === 'none' && second.obstruction).toContain('∂x^3');
    expect(modifiedEquation(well, withDriver(eulerMaruyama, 'two-point'), { order: 2 })).toMatchObject({ order: 1 });
  });

  it('of a scheme of weak order 2 begins with h²: none for three-point noise, whose sixth moment is 9 and not 15', () => {
    const m = symbolic({ state: ['x'], drift: ['-x'], diffusion: 1 });
    const outcome = modifiedEquation(m, platen, { order: 2 });
    // (9 − 15) / 720
    expect(outcome).toMatchObject({ kind: 'none', order: 2 });
    expect(outcome.kind === 'none' && outcome.obstruction).toMatch(/^-0\.00833\d* ∂x\^6$/);
  });

  it('with Gaussian noise Platen’s scheme on a linear equation has f₁ = g₁ = 0 and f₂ = θ³x/6', () => {
    const m = symbolic({ state: ['x'], drift: ['-1.5*x'], diffusion: 1 });
    const { corrections } = existing(modifiedEquation(m, withDriver(platen, 'gaussian'), { order: 2 }));
    expect(corrections[0].drift[0].evaluate(0, [1])).toBe(0);
    expect(corrections[0].diffusion[0].evaluate(0, [1])).toBe(0);
    expect(Math.abs(corrections[1].drift[0].evaluate(0, [1]) - 1.5 ** 3 / 6)).toBeLessThan(rounding);
  });

  it('takes a half power of h for what it is', () => {
    const m = symbolic({ state: ['x'], drift: ['0.3*x'], diffusion: '0.5*x' });
    const outcome = modifiedEquation(m, sriw2, { order: 2 });
    expect(outcome).toMatchObject({ kind: 'none', order: 1.5 });
    expect(weakErrorOperator(m, sriw2, { order: 1.5 }).length).toBeGreaterThan(0);
  });

  it('in the plane, with noise on one state alone, moves as the powers of a matrix do', () => {
    // x' = A x with a noise that A keeps on its line: X⁺ = (I + hA) X + √h g ξ, exactly log(I + hA)/h and log(1 + ah)/h on that line.
    const [a, b] = [-0.8, -0.3];
    const m = symbolic({ state: ['x', 'y'], drift: [`${a}*x`, `x/2 + (${b})*y`], diffusion: [[0], [1]] });
    const [one, two] = existing(modifiedEquation(m, eulerMaruyama, { order: 2 })).corrections;
    expect(one.drift[1].evaluate(0, [0, 1])).toBeCloseTo(-(b ** 2) / 2, 15);
    expect(two.drift[0].evaluate(0, [1, 0])).toBeCloseTo(a ** 3 / 3, 15);
    expect(two.drift[1].evaluate(0, [0, 1])).toBeCloseTo(b ** 3 / 3, 15);
    // g² = 2 log(1 + z)/((1 + z)² − 1) = 1 − z + 5z²/6 − …: g = 1 − z/2 + 7z²/24, z = bh.
    const [g1, g2] = [one, two].map(({ diffusion }) => diffusion.map((entry) => entry.evaluate(0, [0.3, 0.4])));
    expect(g1[0]).toBe(0);
    expect(g2[0]).toBeCloseTo(0, 15);
    expect(g1[1]).toBeCloseTo(-b / 2, 15);
    expect(g2[1]).toBeCloseTo((7 * b ** 2) / 24, 15);
  });

  it('refuses orders that are not kept', () => {
    for (const order of [0, 1.5, 4, Number.NaN]) {
      expect(() => modifiedEquation(well, eulerMaruyama, { order })).toThrow(/1, 2 or 3/);
    }
    for (const order of [0, 0.7, 3.5])
      expect(() => weakErrorOperator(well, eulerMaruyama, { order })).toThrow(SdeError);
  });
});

describe('modifiedEquation', () => {
  it.each([weakTaylor2, platen])('of $name is the equation', (scheme) => {
    const m = symbolic({ state: ['x'], drift: ['sin(x)'], diffusion: 'sqrt(1+x^2)' });
    const { drift, diffusion, at } = existing(modifiedEquation(m, scheme));
    expect([...drift, ...diffusion].map(String)).toEqual(['0', '0']);
    expect(at(0.1).driftNodes).toEqual(m.driftNodes);
  });

  it('is in Itô form for a Stratonovich model', () => {
    const m = symbolic({ state: ['x'], drift: ['-x'], diffusion: 0.5, calculus: 'stratonovich' });
    expect(existing(modifiedEquation(m, eulerMaruyama)).at(0.1).calculus).toBe('ito');
  });

  it('takes a moving diffusion along: ∂ₜg enters g₁', () => {
    const m = symbolic({ state: ['x'], drift: ['0'], diffusion: '1 + t^2' });
    expect(existing(modifiedEquation(m, eulerMaruyama)).diffusion[0].evaluate(0.5, [0])).toBe(-0.5);
  });

  it('refuses closures', () => {
    const numeric = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
    expect(() => modifiedEquation(numeric, eulerMaruyama)).toThrow(SdeError);
  });
});

describe('coefficients with kinks', () => {
  const warned = (drift: string, diffusion = '1') => {
    const model = symbolic({ state: ['x'], drift, diffusion, parameters: { a: 1 } });
    return existing(modifiedEquation(model, eulerMaruyama)).warnings.map(({ kind, loci }) => [kind, loci]);
  };

  it('are said with where they are', () => {
    expect(warned('abs(x)')).toEqual([['kinks', ['x']]]);
    expect(warned('-max(x, a)')).toEqual([['kinks', ['x - 1']]]);
  });

  it('smooth ones are not', () => {
    for (const drift of ['-x', 'x - x^3', 'sin(x)', '-a*x^3', 'tanh(x)']) expect(warned(drift)).toEqual([]);
  });
});
