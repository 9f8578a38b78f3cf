import { model, symbolic, toIto, toStratonovich } from 'sde-core';
import { print } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';

const coefficients = {
  state: ['x', 'y'],
  drift: ['y', 'sin(x)'],
  diffusion: [
    ['x', 'y'],
    ['x*y', 1],
  ],
};

describe('Itô and Stratonovich', () => {
  it('differ by ½ Σ (Dσ_k) σ_k', () => {
    const ito = toIto(symbolic({ state: ['x'], drift: ['x'], diffusion: 'x', calculus: 'stratonovich' }));
    expect([ito.calculus, ...ito.driftNodes.map(print)]).toEqual(['ito', '1.5*x']);
  });

  it('are where they were after a round trip', () => {
    const start = symbolic(coefficients);
    const back = toIto(toStratonovich(start));
    expect(back.driftNodes.map(print)).toEqual(start.driftNodes.map(print));
    expect(toStratonovich(toIto({ ...start, calculus: 'stratonovich' })).driftNodes.map(print)).toEqual([
      'y',
      'sin(x)',
    ]);
  });

  it('leave a model of that calculus alone', () => {
    const start = symbolic(coefficients);
    expect(toIto(start)).toBe(start);
  });

  it('convert closures that know the derivative of σ, with the same numbers', () => {
    const start = symbolic({ ...coefficients, calculus: 'stratonovich' });
    const numeric = model({
      dimension: 2,
      noiseDimension: 2,
      calculus: 'stratonovich',
      drift: start.drift,
      diffusion: start.diffusion,
      diffusionJacobian: start.diffusionJacobian,
    });
    const x = Float64Array.of(0.3, -1.2);
    const [a, b] = [new Float64Array(2), new Float64Array(2)];
    toIto(numeric).drift(0, x, a);
    toIto(start).drift(0, x, b);
    for (const i of [0, 1]) expect(Math.abs(a[i] - b[i])).toBeLessThan(8 * 2 ** -52);
    expect(toIto(numeric).driftJacobian).toBeUndefined();
  });

  it('need that derivative', () => {
    const bare = model({
      dimension: 1,
      noiseDimension: 1,
      calculus: 'stratonovich',
      drift: () => {},
      diffusion: () => {},
    });
    expect(() => toIto(bare)).toThrow(/diffusionJacobian/);
  });
});
