// An allocation that fails, in every function of the package: the first, the last, and some between.
import { SdeError } from 'sde-core';
import { afterEach, describe, expect, test } from 'vitest';
import { mended, numbersOf, outcome } from '../../conformance/failing-allocations.js';
import { DOORS, IN_TURNS } from './doors.js';

afterEach(mended);

/** Arrays of a call that fail, each once. */
const AT = 12;

/** Axes, models and pictures hold a few thousand numbers at most; where not even these fit, the engine's own error says so. */
const SMALL = /Spaced$|^uniform$|^pointsOf$|^alignAxis$|^controlled$|^plotWeakError$/;

describe.each([...DOORS, ...IN_TURNS].map((door) => [door.name, door] as const))('%s', (name, door) => {
  const call = (): unknown => door.call(...door.given);

  test('says that memory is not there, and is right at the next call', async () => {
    const expected = numbersOf(await call());
    const { made, thrown } = await outcome(call, Number.POSITIVE_INFINITY);
    expect(thrown).toBeUndefined();
    const places = new Set(Array.from({ length: AT }, (_, i) => Math.floor((i * (made - 1)) / (AT - 1))));
    for (const fails of made > 0 ? places : []) {
      const after = await outcome(call, fails);
      const place = `array ${fails} of ${made}`;
      if (SMALL.test(name)) {
        expect(after.thrown, place).toMatchObject({ message: expect.stringContaining('allocation failed') });
        continue;
      }
      expect(after.thrown, place).toBeInstanceOf(SdeError);
      expect(after.thrown).toMatchObject({ code: 'unsupported', cause: { message: 'Array buffer allocation failed' } });
    }
    expect(numbersOf(await call())).toEqual(expected);
  });
});
