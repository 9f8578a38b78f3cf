import { discretize, eulerMaruyama, fold, key, problem, SdeError, simulate, symbolic } from 'sde-core';
import { noiseSource, windowStream } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { walk } from '#sde-core/paths/walk';

const equation = symbolic({
  state: ['x', 'y'],
  drift: ['y', '-x'],
  diffusion: [
    ['0.1', '0'],
    ['0', '0.2'],
  ],
});
const chain = discretize(problem({ model: equation, x0: [1, 0], T: 2, t0: 1 }), eulerMaruyama, 16);

describe('simulate', () => {
  it('walks the chain under the noise of its path', () => {
    const k = key('path');
    const { t, x } = simulate(chain, { key: k, path: 3 });
    expect(x.shape).toEqual([17, 2]);
    expect(t).toEqual(Float64Array.from({ length: 17 }, (_, n) => 1 + n / 16));
    const source = noiseSource(chain.driver.laws, windowStream(k, 1));
    let state = chain.x0;
    for (let n = 0; n <= 16; n++) {
      expect([x.get(n, 0), x.get(n, 1)]).toEqual(Array.from(state));
      const [noise, next] = [new Float64Array(2), new Float64Array(2)];
      source(3, n, noise);
      chain.step(n, state, noise, next);
      state = next;
    }
  });

  it('is a function of key and path', () => {
    const end = (k = key(1), path?: number): number[] => Array.from(simulate(chain, { key: k, path }).x.data);
    expect(end()).toEqual(end(key(1), 0));
    expect(end(key(1), 1)).not.toEqual(end());
    expect(end(fold(key(1), 'other'))).not.toEqual(end());
  });

  it('has boundaries exactly on breakpoints', () => {
    const jumping = symbolic({ state: ['x'], drift: 't < 0.3 ? 1 : 2', diffusion: '0', breakpoints: [0.3] });
    const { t } = simulate(discretize(problem({ model: jumping, x0: [0], T: 1 }), eulerMaruyama, 10), { key: key(1) });
    expect(t[3]).toBe(0.3);
  });

  it('walks the mirror image under all noise negated', () => {
    const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
    const still = discretize(problem({ model: brownian, x0: [0], T: 1 }), eulerMaruyama, 4);
    const ends = (sign?: 1 | -1): number[] => Array.from(walk(still, key(4), 2, sign), ({ after }) => after[0]);
    expect(ends(-1)).toEqual(ends().map((x) => -x));
    expect(ends(1)).toEqual(ends());
    const { x } = simulate(still, { key: key(4), path: 2 });
    let n = 0;
    for (const { step, before, after } of walk(still, key(4), 2)) {
      expect([step, before[0], after[0]]).toEqual([n + 1, x.get(n, 0), x.get(n + 1, 0)]);
      n++;
    }
    expect(n).toBe(4);
  });

  it.each([
    ['steps', 0],
    ['dimension', 1.5],
    ['h', Number.NaN],
    ['t0', '0'],
    ['x0', [1, Number.NaN]],
    ['x0', [1]],
    ['step', undefined],
    ['driver', { laws: 3 }],
  ])('refuses a chain made by hand whose %s is %o', (field, value) => {
    expect(() => simulate({ ...chain, [field]: value } as typeof chain, { key: key(1) })).toThrow(SdeError);
  });

  it('refuses a path that is no index', () => {
    for (const path of [-1, 0.5, Number.NaN]) expect(() => simulate(chain, { key: key(1), path })).toThrow(SdeError);
  });
});
