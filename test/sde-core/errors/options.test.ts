import { SdeError } from 'sde-core';
import { requireKeys } from 'sde-core/errors';
import { describe, expect, it } from 'vitest';

interface Options {
  readonly boundary?: string;
  readonly running: number;
}
const check = (options: unknown): void =>
  requireKeys<Options>(options, { boundary: true, running: true }, 'solve(…, options)', { cost: 'running' });

const refusal = (options: unknown): SdeError => {
  try {
    check(options);
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('keys of an options object', () => {
  it('those that are known pass, whatever their values, and nothing at all passes', () => {
    expect(() => [undefined, {}, { boundary: undefined }, { running: 1, boundary: 'x' }].forEach(check)).not.toThrow();
  });

  it.each([
    [{ boundry: 'x' }, 'write boundary'],
    [{ cost: 1 }, 'write running'],
    [{ colour: 1 }, 'leave it out: nothing would have come of it'],
    [{ constructor: 1 }, 'leave it out: nothing would have come of it'],
    [{ boundry: undefined }, 'write boundary'],
  ])('%j is refused: %s', (options, remedy) => {
    expect(refusal(options).details).toMatchObject({
      where: 'solve(…, options)',
      expected: 'boundary, running',
      remedy,
    });
  });

  it.each([null, 3, 'boundary', [1]])('%j is no object of options', (options) => {
    expect(refusal(options).details.what).toBe('not an object of named options');
  });
});
