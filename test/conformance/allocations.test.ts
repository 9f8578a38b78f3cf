// An allocation that fails, in every function of sde-core: it is thrown, and the next call is right.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CALLS_OF_ESTIMATION } from './calls-of-estimation.js';
import { CALLS } from './calls-of-sde-core.js';
import { mended, numbersOf, outcome } from './failing-allocations.js';

// The calls may take their time here.
beforeEach(() => {
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
});
afterEach(mended);

/** Draws on threads, which make their own arrays: how many are made on this one depends on their order. */
const ON_THREADS = 'strongOrder';
const calls = [...CALLS, ...CALLS_OF_ESTIMATION].filter(([name]) => name !== ON_THREADS);

/** Arrays of a call that fail, each once. */
const AT = 8;

describe.each(calls.map(([name, call, given]) => [name, call, given] as const))('%s', (_, made, given) => {
  const call = (): unknown => made(...(given as never[]));

  test('is thrown, and the next call is right', async () => {
    const expected = numbersOf(await call());
    const whole = await outcome(call, Number.POSITIVE_INFINITY);
    expect(whole.thrown).toBeUndefined();
    const places = new Set(Array.from({ length: AT }, (_, i) => Math.floor((i * (whole.made - 1)) / (AT - 1))));
    for (const fails of whole.made > 0 ? places : []) {
      const { thrown } = await outcome(call, fails);
      expect(thrown, `array ${fails} of ${whole.made}`).toMatchObject({
        message: expect.stringContaining('allocation failed'),
      });
    }
    expect(numbersOf(await call())).toEqual(expected);
  });
});
