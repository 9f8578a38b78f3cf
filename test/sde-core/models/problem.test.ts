import { problem, SdeError, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

const model = symbolic({ state: ['x', 'y'], drift: ['y', '-x'], diffusion: [[1], [0]] });

describe('problem', () => {
  it('copies the initial state and starts at 0', () => {
    const x0 = [1, 2];
    const made = problem({ model, x0, T: 1 });
    x0[0] = 7;
    expect([[...made.x0], made.t0, made.T]).toEqual([[1, 2], 0, 1]);
  });

  it.each<readonly [string, object, string]>([
    ['too few states', { x0: [1] }, 'shape'],
    ['a state that is not finite', { x0: [1, Number.NaN] }, 'value'],
    ['T = t0', { T: 0 }, 'value'],
    ['T before t0', { T: 1, t0: 2 }, 'value'],
    ['a T that is no number', { T: '1' }, 'value'],
  ])('refuses %s', (_, options, code) => {
    const make = () => problem({ model, x0: [1, 2], T: 1, ...options } as Parameters<typeof problem>[0]);
    expect(make).toThrow(SdeError);
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
