import {
  certify,
  certifyAsync,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationAsync,
  exactExpectationDetailed,
  exactExpectationDetailedAsync,
  exactExpectations,
  exactExpectationsAsync,
  problem,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { inOneGo, inTurns, type Work } from 'sde-core/turns';
import { describe, expect, it } from 'vitest';

function* counting(to: number, seen: number[] = [], each = (): void => {}): Work<number> {
  try {
    for (let i = 0; i < to; i++) {
      seen.push(i);
      each();
      yield;
    }
    return to;
  } finally {
    seen.push(-1);
  }
}

describe('work', () => {
  it('does the same parts in one go and in turns', async () => {
    const seen: number[][] = [[], []];
    expect(inOneGo(counting(5, seen[0]))).toBe(5);
    expect(await inTurns(counting(5, seen[1]), undefined, 'here')).toBe(5);
    expect(seen[1]).toEqual(seen[0]);
  });

  it('lets timers run, ends soon after its signal, and puts its things away', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const begin = (): void => {
      if (seen.length === 1) setTimeout(() => controller.abort(new Error('enough')), 5);
    };
    const endless = inTurns(counting(Number.POSITIVE_INFINITY, seen, begin), controller.signal, 'here');
    await expect(endless).rejects.toMatchObject({ code: 'cancelled', details: { where: 'here' } });
    expect(seen[seen.length - 1]).toBe(-1);
  });

  it('does nothing under a signal that has aborted', async () => {
    const seen: number[] = [];
    await expect(inTurns(counting(3, seen), AbortSignal.abort(), 'here')).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([]);
  });
});

const model = symbolic({ state: ['x'], drift: '-x', diffusion: '1' });
const chain = discretize(problem({ model, x0: [1], T: 1 }), withDriver(eulerMaruyama, 'three-point'), 6);
const phi = terminal('sin(x)');
const forms: readonly (readonly [string, (options: object) => unknown, (options: object) => Promise<unknown>])[] = [
  ...(['tree', 'transfer'] as const).flatMap((method) => [
    [
      `exactExpectation`,
      (o: object) => exactExpectation(chain, phi, { method, ...o }),
      (o: object) => exactExpectationAsync(chain, phi, { method, ...o }),
    ] as const,
    [
      `exactExpectationDetailed`,
      (o: object) => exactExpectationDetailed(chain, phi, { method, ...o }),
      (o: object) => exactExpectationDetailedAsync(chain, phi, { method, ...o }),
    ] as const,
    [
      `exactExpectations`,
      (o: object) => exactExpectations(chain, phi, { method, initial: [0, 1], ...o }),
      (o: object) => exactExpectationsAsync(chain, phi, { method, initial: [0, 1], ...o }),
    ] as const,
  ]),
  ['certify', (o) => certify(eulerMaruyama, o), (o) => certifyAsync(eulerMaruyama, o)],
];

describe.each(forms)('%s', (name, once, turns) => {
  it('gives in turns what it gives in one go, hears its signal there, and says that it does not here', async () => {
    expect(await turns({ signal: new AbortController().signal })).toEqual(once({}));
    await expect(turns({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(turns({ signal: 'now' })).rejects.toBeInstanceOf(SdeError);
    await expect(turns({ nonsense: 1 })).rejects.toMatchObject({ message: expect.stringContaining(`${name}Async(`) });
    const { signal } = new AbortController();
    expect(() => once({ signal })).toThrow(`await ${name}Async(`);
    expect(() => once({ signal: AbortSignal.abort() })).toThrow(/cancelled/);
  });
});

it('a certificate tells after every model', async () => {
  const told: number[] = [];
  const { rows } = await certifyAsync(eulerMaruyama, { onProgress: ({ done, of }) => told.push(done / of) });
  expect(told).toHaveLength(rows.length);
  expect(told[told.length - 1]).toBe(1);
});
