import {
  defineScheme,
  discretize,
  eulerMaruyama,
  milstein,
  model,
  platen,
  problem,
  SdeError,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { coversNoise } from '#sde-core/schemes/scheme';

const { kind: _, needs: __, ...definition } = eulerMaruyama;

describe('defineScheme', () => {
  it('freezes what it is given, and takes coefficients alone by default', () => {
    const scheme = defineScheme({ ...definition, name: 'mine' });
    expect([scheme.kind, scheme.needs]).toEqual(['traced', 'coefficients']);
    expect([scheme, scheme.order, scheme.noise, scheme.driver].every(Object.isFrozen)).toBe(true);
  });

  it('makes a scheme that runs: here the implicit midpoint rule by iteration, which branches on values', () => {
    const midpoint = defineScheme({
      ...definition,
      kind: 'native',
      needs: 'coefficients',
      name: 'implicit midpoint',
      order: { weak: 1, strong: null, ode: 2 },
      noise: ['additive'],
      step({ h, y, time, drift }) {
        let next = [...y];
        for (let change = 1; change > 1e-14; ) {
          const middle = next.map((value, i) => (value + y[i]) / 2);
          const following = drift(time(1 / 2), middle).map((b, i) => y[i] + h * b);
          change = Math.max(...following.map((value, i) => Math.abs(value - next[i])));
          next = following;
        }
        return next;
      },
    });
    const oscillator = symbolic({ state: ['x', 'v'], drift: ['v', '-x'], diffusion: [['0'], ['0']] });
    const chain = discretize(problem({ model: oscillator, x0: [1, 0], T: 1 }), midpoint, 10);
    expect(chain.traced).toBeUndefined();
    const out = new Float64Array(2);
    chain.step(0, chain.x0, new Float64Array(1), out);
    // It keeps x² + v², up to the iteration's last change.
    expect(Math.abs(out[0] ** 2 + out[1] ** 2 - 1)).toBeLessThan(4e-14);
  });

  it.each([
    ['a name', { name: '' }],
    ['a citation', { citation: '' }],
    ['a weak order', { order: { weak: 0, strong: null, ode: 1 } }],
    ['an order on ordinary equations', { order: { weak: 1, strong: null, ode: Number.NaN } }],
    ['noise', { noise: [] }],
  ])('refuses a scheme without %s', (_, wrong) => {
    expect(() => defineScheme({ ...definition, ...wrong })).toThrow(SdeError);
  });

  it.each([
    ['one value too few', ([first]: readonly unknown[]) => [first]],
    ['a gap', (y: readonly unknown[]) => y.map((value, i) => (i === 0 ? value : undefined))],
  ])('gives a scheme whose step is not a state, with %s, no chain', (_, wrong) => {
    const plane = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['1']] });
    const scheme = defineScheme({
      ...definition,
      name: 'mine',
      step: <V>({ y }: { readonly y: readonly V[] }) => wrong(y) as V[],
    });
    const make = (): unknown => discretize(problem({ model: plane, x0: [0, 0], T: 1 }), scheme, 1);
    expect(make).toThrow(/step of mine does not give a state[\s\S]*shape \(2\)/);
  });
});

describe('coversNoise', () => {
  const structure = symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['x', '0'],
      ['0', 'y'],
    ],
  }).noise;

  it('asks for one of the listed structures; general is every one', () => {
    expect(coversNoise({ noise: ['diagonal'] }, structure)).toBe(true);
    expect(coversNoise({ noise: ['additive', 'scalar'] }, structure)).toBe(false);
    expect(coversNoise({ noise: ['general'] }, structure)).toBe(true);
    expect(coversNoise(milstein, structure)).toBe(true);
    expect(coversNoise(platen, model({ dimension: 2, noiseDimension: 2, drift() {}, diffusion() {} }).noise)).toBe(
      true,
    );
    expect(coversNoise(milstein, model({ dimension: 2, noiseDimension: 2, drift() {}, diffusion() {} }).noise)).toBe(
      false,
    );
  });
});
