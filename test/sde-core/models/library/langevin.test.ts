import { baoab, discretize, type GeneralLangevin, generator, langevin, problem, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('langevin', () => {
  const two = langevin({
    potential: 'c*q1^4/4 + q1*q2 + q2^2',
    friction: 0.5,
    temperature: 0.25,
    positions: ['q1', 'q2'],
    parameters: { c: 2 },
  });

  it('has the force −∇V − γp, and noise of the momenta alone', () => {
    const x = Float64Array.of(2, -1, 3, 4);
    const [drift, diffusion] = [new Float64Array(4), new Float64Array(8)];
    two.drift(0, x, drift);
    two.diffusion(0, x, diffusion);
    expect(two.state).toEqual(['q1', 'q2', 'p1', 'p2']);
    expect([...drift]).toEqual([3, 4, -(16 - 1) - 1.5, -(2 - 2) - 2]);
    expect([...diffusion]).toEqual([0, 0, 0, 0, 0.5, 0, 0, 0.5]);
    expect(two.noise.kind).toBe('additive');
  });

  it('keeps the density e^(−H/τ): L* of it is 0', () => {
    const H = 'c*q1^4/4 + q1*q2 + q2^2 + p1^2/2 + p2^2/2';
    const image = generator(two).adjoint(`exp(-(${H})/temperature)`);
    const density = Math.exp(-(2 * 0.0625 * 0.25 - 0.5 * 0.25 + 0.0625 + 0.18 + 0.02) / 0.25);
    // Terms of the size of the density times at most 32, a dozen of them.
    expect(Math.abs(image.evaluate(0, [0.5, -0.25, 0.6, 0.2]))).toBeLessThan(12 * 32 * density * 2 ** -52);
  });

  it('is the same model from the spring and from its potential', () => {
    const spring = langevin({ stiffness: 3, friction: 0.5, temperature: 0.25 });
    const formula = langevin({ potential: 'k*q^2/2', friction: 0.5, temperature: 0.25, parameters: { k: 3 } });
    const x = Float64Array.of(0.5, -2);
    for (const coefficient of ['drift', 'diffusion'] as const) {
      const [a, b] = [new Float64Array(2), new Float64Array(2)];
      spring[coefficient](0, x, a);
      formula[coefficient](0, x, b);
      expect([...a]).toEqual([...b]);
    }
  });

  it('tends to its equilibrium: τ/k and τ', () => {
    const { mean, second } = langevin({ stiffness: 4, friction: 1, temperature: 0.5 }).exactMoments(80, [1, 0]);
    // What is left is e^(−40); the matrix exponential squares ten times: 4 · 2¹⁰ units.
    for (const [value, limit] of [
      [mean[0], 0],
      [mean[1], 0],
      [second[0], 0.125],
      [second[1], 0],
      [second[3], 0.5],
    ])
      expect(Math.abs(value - limit)).toBeLessThan(Math.exp(-40) + 2 ** 12 * 2 ** -52);
  });

  it('is what BAOAB takes', () => {
    const chain = discretize(problem({ model: two, x0: [1, 0, 0, 0], T: 1 }), baoab({ friction: 0.5 }), 4);
    expect(chain.dimension).toBe(4);
  });

  it.each<readonly [string, Partial<GeneralLangevin>, string, RegExp]>([
    ['a negative friction', { friction: -1 }, 'value', /friction/],
    ['a temperature that is no number', { temperature: Number.NaN }, 'value', /temperature/],
    ['a momentum in the potential', { potential: 'q*p' }, 'value', /'p' in it/],
    ['time in the potential', { potential: 'q*t' }, 'value', /'t' in it/],
    ['an unknown name', { potential: 'q + z' }, 'unknown-symbol', /z/],
    ['a name that is taken', { positions: ['q', 'friction'] }, 'expression', /twice/],
  ])('refuses %s', (_, change, code, message) => {
    const make = () => langevin({ potential: 'q^2', friction: 1, temperature: 1, ...change });
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(SdeError);
  });
});
