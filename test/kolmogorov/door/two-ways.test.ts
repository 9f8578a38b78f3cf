import * as kolmogorov from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { DOORS, IN_TURNS } from './doors.js';

/** All numbers of a result, those of its functions of (t, x) among them, in the order of its keys. */
function numbersOf(result: unknown, seen = new Set<unknown>()): number[] {
  if (typeof result === 'number') return [result];
  if (typeof result === 'function') return [];
  if (typeof result !== 'object' || result === null || seen.has(result)) return [];
  seen.add(result);
  const own = ArrayBuffer.isView(result)
    ? Array.from(result as Float64Array)
    : Object.keys(result).flatMap((key) => numbersOf((result as Record<string, unknown>)[key], seen));
  const { slice, times } = result as { slice?: (t: number) => { data: Float64Array }; times?: Float64Array };
  return slice && times ? [...own, ...Array.from(times).flatMap((t) => Array.from(slice(t).data))] : own;
}

const inOneGo = (name: string): (typeof DOORS)[number] => {
  const found = DOORS.find((door) => door.name === name.replace(/Async$/, ''));
  if (!found) throw new Error(`${name} has no other form`);
  return found;
};
const withSignal = (given: readonly unknown[], signal: unknown): unknown[] => [
  ...given.slice(0, -1),
  { ...(given[given.length - 1] as object), signal },
];

test('every function that steps or iterates has a form that takes turns', () => {
  const forms = Object.keys(kolmogorov).filter((name) => name.endsWith('Async'));
  expect(IN_TURNS.map(({ name }) => name).sort()).toEqual(forms.sort());
  const long = Object.keys(kolmogorov).filter((name) =>
    /^solve|^optimize|Objective$|Density$|Defect$|^weakError/.test(name),
  );
  expect(long.filter((name) => !forms.includes(`${name}Async`) && !name.endsWith('Async'))).toEqual([]);
});

describe.each(IN_TURNS.map((door) => [door.name, door] as const))('%s', (name, door) => {
  const other = inOneGo(name);

  test('has the bits of the form in one go', async () => {
    const [found, expected] = [await door.call(...door.given), other.call(...other.given)];
    expect(numbersOf(found)).toEqual(numbersOf(expected));
    if (name !== 'controlObjectiveAsync') return;
    const theta = Float64Array.of(0.1, 0.2, 0.3);
    const [turns, one] = [found as kolmogorov.AsyncControlObjective, expected as kolmogorov.ControlObjective];
    const gradients = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
    const value = one.gradient(theta, gradients[0]);
    // At once: evaluations wait for each other.
    const values = await Promise.all([
      turns.gradient(theta, gradients[1]),
      turns.value(theta.map((entry) => entry + 1)),
      turns.gradient(theta, gradients[2]),
    ]);
    expect([values[0], values[2]]).toEqual([value, value]);
    expect([gradients[1], gradients[2]]).toEqual([gradients[0], gradients[0]]);
  });

  test('hears its signal, and the form in one go says that it does not', async () => {
    const reason = new Error('enough');
    await expect(door.call(...withSignal(door.given, AbortSignal.abort(reason)))).rejects.toMatchObject({
      code: 'cancelled',
      cause: reason,
    });
    const refusal = (signal: AbortSignal): unknown => {
      try {
        return other.call(...withSignal(other.given, signal));
      } catch (error) {
        return error;
      }
    };
    const deaf = refusal(new AbortController().signal);
    expect(deaf).toBeInstanceOf(SdeError);
    expect(deaf).toMatchObject({ code: 'unsupported', message: expect.stringContaining(`await ${name}(`) });
    expect(refusal(AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
  });
});

test('timers run while a solve takes its turns, and abort it', async () => {
  const { crankNicolson, solveKolmogorovAsync, uniform } = kolmogorov;
  const { symbolic } = await import('sde-core');
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
  const problem = { model, T: 1, terminal: 'x^2' };
  // Minutes of work: it ends only because the signal is heard.
  const options = {
    grid: [uniform(-4, 4, 20_001)],
    stepping: crankNicolson({ steps: 100_000 }),
    keep: 'ends',
  } as const;
  let last = 0;
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }): void => {
    if (done === 1) setTimeout(() => controller.abort(), 50);
    last = done;
  };
  const watch = { signal: controller.signal, onProgress };
  await expect(solveKolmogorovAsync(problem, { ...options, ...watch })).rejects.toMatchObject({ code: 'cancelled' });
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThan(100_000);
});
