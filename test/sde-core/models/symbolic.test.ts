import { SdeError, type SymbolicOptions, symbolic } from 'sde-core';
import { print } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';

const lorenz: SymbolicOptions = {
  state: ['x', 'y', 'z'],
  drift: ['s*(y - x)', 'x*(r - z) - y', 'x*y - 8/3*z'],
  diffusion: [
    ['0.1*x', 0, 0],
    [0, '0.1*y', 0],
    [0, 0, '0.1*z'],
  ],
  parameters: { s: 10, r: 28 },
};

describe('symbolic', () => {
  it('computes b, σ and their Jacobians', () => {
    const model = symbolic(lorenz);
    const x = Float64Array.of(1, 2, 3);
    const b = new Float64Array(3);
    model.drift(0, x, b);
    expect([...b]).toEqual([10, 1 * 25 - 2, 2 - (8 / 3) * 3]);
    const sigma = new Float64Array(9);
    model.diffusion(0, x, sigma);
    expect([...sigma]).toEqual([0.1, 0, 0, 0, 0.2, 0, 0, 0, 0.1 * 3]);
    const jacobian = new Float64Array(9);
    model.driftJacobian(0, x, jacobian);
    expect([...jacobian]).toEqual([-10, 10, 0, 25, -1, -1, 2, 1, -8 / 3]);
    const slopes = new Float64Array(27);
    model.diffusionJacobian(0, x, slopes);
    expect([...slopes].flatMap((value, index) => (value === 0 ? [] : [[index, value]]))).toEqual([
      [0, 0.1],
      [13, 0.1],
      [26, 0.1],
    ]);
  });

  it('keeps parameters as symbols in its nodes, and changes them', () => {
    const model = symbolic(lorenz);
    expect(print(model.driftNodes[0])).toBe('s*(y - x)');
    expect(model.parameterNodes.map((node) => node.name)).toEqual(['s', 'r']);
    const other = model.withParameters({ s: 1 });
    const b = new Float64Array(3);
    other.drift(0, Float64Array.of(1, 3, 0), b);
    expect(b[0]).toBe(2);
    expect([other.parameters, model.parameters]).toEqual([
      { s: 1, r: 28 },
      { s: 10, r: 28 },
    ]);
    expect(() => model.withParameters({ q: 1 })).toThrow(/no parameter 'q'/);
    expect(() => model.withParameters({ s: Number.NaN })).toThrow(SdeError);
  });

  it('takes one expression for a scalar, and its own name for time', () => {
    const model = symbolic({ state: ['x'], drift: 'cos(s)*x', diffusion: 2, time: 's', breakpoints: [1, 2] });
    const out = new Float64Array(1);
    model.drift(Math.PI, Float64Array.of(3), out);
    expect(out[0]).toBe(-3);
    expect([model.dimension, model.noiseDimension, model.breakpoints]).toEqual([1, 1, [1, 2]]);
  });

  it('may have no noise at all', () => {
    const model = symbolic({ state: ['x', 'y'], drift: ['y', '-x'], diffusion: [[], []] });
    expect([model.noiseDimension, model.noise.kind]).toEqual([0, 'additive']);
  });

  const one = { state: ['x'], drift: ['x'], diffusion: [['x']] };
  it.each<readonly [string, object, string, RegExp]>([
    ['no states', { state: [] }, 'shape', /no states/],
    ['a drift of another dimension', { drift: ['x', 'x'] }, 'shape', /shape \(1\)/],
    ['too many rows', { diffusion: [['x'], ['x']] }, 'shape', /2 rows/],
    ['a flat diffusion', { diffusion: ['x'] }, 'shape', /as row 0/],
    ['no diffusion', { diffusion: undefined }, 'shape', /undefined/],
    ['one expression for two states', { state: ['x', 'y'], drift: ['x', 'y'], diffusion: 'x' }, 'shape', /matrix/],
    ['ragged rows', { state: ['x', 'y'], drift: ['x', 'y'], diffusion: [['x', 'y'], ['x']] }, 'shape', /row 1 with 1/],
    ['an unknown symbol', { drift: ['x + y'] }, 'unknown-symbol', /symbolic\(\{ drift \}\)\[0\]/],
    ['an unknown function in σ', { diffusion: [['foo(x)']] }, 'unknown-function', /diffusion \}\)\[0\]\[0\]/],
    ['a state named twice', { state: ['x', 'x'], drift: ['x', 'x'] }, 'expression', /twice/],
    ['a parameter that is no number', { parameters: { a: '1' } }, 'value', /'a' is not a finite number/],
    ['a parameter named as a state', { parameters: { x: 1 } }, 'expression', /twice/],
    ['another calculus', { calculus: 'backward' }, 'value', /calculus/],
    ['falling breakpoints', { breakpoints: [2, 1] }, 'value', /ascend/],
  ])('refuses %s', (_, options, code, message) => {
    const make = () => symbolic({ ...one, ...options } as SymbolicOptions);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
