// An allocation that fails, in every function of the package: the first, the last, and some between.
import { SdeError } from 'sde-core';
import { afterEach, describe, expect, test } from 'vitest';
import { DOORS, IN_TURNS } from './doors.js';

const ARRAYS = ['Float64Array', 'Int32Array', 'Uint8Array', 'Int8Array', 'Int16Array'] as const;
const engine = Object.fromEntries(ARRAYS.map((name) => [name, globalThis[name]]));

/** Counts the arrays that are made, and lets the one of that number fail as V8 does. */
function failing(fails: number): { readonly count: () => number } {
  let made = 0;
  for (const name of ARRAYS) {
    const construct = (target: object, given: unknown[], newTarget: unknown): object => {
      if (made++ === fails) throw new RangeError('Array buffer allocation failed');
      return Reflect.construct(target as never, given, newTarget === proxy ? target : (newTarget as never)) as object;
    };
    const proxy = new Proxy(engine[name], { construct } as ProxyHandler<never>);
    Object.assign(globalThis, { [name]: proxy });
  }
  return { count: () => made };
}

function mended(): void {
  Object.assign(globalThis, engine);
}

afterEach(mended);

async function outcome(call: () => unknown, fails: number): Promise<{ thrown?: unknown; made: number }> {
  const { count } = failing(fails);
  try {
    await call();
    return { made: count() };
  } catch (thrown) {
    return { thrown, made: count() };
  } finally {
    mended();
  }
}

/** All numbers of a result, in the order of its keys. */
function numbersOf(result: unknown, seen = new Set<unknown>()): number[] {
  if (typeof result === 'number') return [result];
  if (typeof result !== 'object' || result === null || seen.has(result)) return [];
  seen.add(result);
  if (ArrayBuffer.isView(result)) return Array.from(result as Float64Array);
  return Object.keys(result).flatMap((key) => numbersOf((result as Record<string, unknown>)[key], seen));
}

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
