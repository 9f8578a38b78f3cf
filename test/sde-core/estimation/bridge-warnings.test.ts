import {
  barrier,
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectationDetailed,
  exitTime,
  expectation,
  inline,
  key,
  multilevel,
  type Observation,
  observe,
  platen,
  problem,
  quasiExpectation,
  runningIntegral,
  type Scheme,
  supremum,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const brownian = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [0], T: 1 });
const continuous = { monitoring: 'continuous' } as const;
const both = { a: supremum('x', continuous), b: supremum('-x', continuous) };
const chainOf = (observations: Readonly<Record<string, Observation>>, scheme: Scheme = eulerMaruyama): Chain =>
  observe(discretize(brownian, scheme, 4), observations);
const kinds = ({ warnings }: { readonly warnings: readonly { readonly kind: string }[] }): readonly string[] =>
  warnings.map(({ kind }) => kind).filter((kind) => kind.includes('bridge'));
const sampled = async (chain: Chain, phi: string | ((x: Float64Array) => number)) =>
  kinds(await expectation(chain, terminal(phi), { paths: 256, key: key(1), backend: inline() }));

describe('several bridges in one functional', () => {
  it('is said where they are combined, and not where they are summed or one is used', async () => {
    const chain = chainOf({ ...both, mean: runningIntegral('x'), seen: supremum('x') });
    for (const phi of ['(a+b)^2', 'a*b', 'max(a, b)', 'a > 1 ? b : 0']) {
      expect(await sampled(chain, phi)).toEqual(['joint-bridges']);
    }
    expect(await sampled(chain, (x) => x[1] * x[2])).toEqual(['joint-bridges']);
    for (const phi of ['a + b', '2*a - b/2 + 1', 'a^2', 'a*mean*seen*x', 'x^2']) {
      expect(await sampled(chain, phi)).toEqual([]);
    }
  });

  it('is seen through observations of observations, and an exit time with its own indicator is one', async () => {
    const exits = chainOf({ tau: exitTime('1 - x', continuous), top: supremum('x', continuous) });
    expect(await sampled(exits, 'tau * tau_inside')).toEqual([]);
    expect(await sampled(exits, 'tau * top')).toEqual(['joint-bridges']);
    const over = observe(chainOf(both), { area: runningIntegral('a'), mixed: runningIntegral('a*b') });
    expect(await sampled(over, 'area * a')).toEqual([]);
    expect(await sampled(over, 'area * b')).toEqual(['joint-bridges']);
    expect(await sampled(over, 'mixed')).toEqual(['joint-bridges']);
  });

  it('is on every estimate, and no multilevel one of it converges', async () => {
    const phi = terminal('(a+b)^2');
    const barriers = chainOf({ a: barrier('x + 1'), b: barrier('2 - x') });
    const quasi = await quasiExpectation(barriers, phi, { points: 64, key: key(1), backend: inline() });
    expect(kinds(quasi)).toEqual(['joint-bridges']);
    const options = { tolerance: 0.3, key: key(1), backend: inline(), observe: both };
    const levels = await multilevel(brownian, eulerMaruyama, phi, options);
    expect(levels.kind).toBe('stalled');
    expect(kinds(levels)).toEqual(['joint-bridges']);
    const alone = await multilevel(brownian, eulerMaruyama, terminal('a^2'), options);
    expect(alone.kind).toBe('converged');
    expect(kinds(alone)).toEqual([]);
  });
});

describe('a bridge between increments that are not Gaussian', () => {
  it('is said, sampled and exact', async () => {
    const watched = { alive: barrier('x + 1') };
    const two = withDriver(eulerMaruyama, 'two-point');
    expect(kinds(exactExpectationDetailed(chainOf(watched, two), terminal('alive')))).toEqual(['bridge-not-gaussian']);
    expect(kinds(exactExpectationDetailed(chainOf(watched, two), terminal('x')))).toEqual([]);
    const seen = { alive: barrier('x + 1', { monitoring: 'discrete' }) };
    expect(kinds(exactExpectationDetailed(chainOf(seen, two), terminal('alive')))).toEqual([]);
    expect(await sampled(chainOf(watched, platen), 'alive')).toEqual(['bridge-not-gaussian']);
    expect(await sampled(chainOf(watched), 'alive')).toEqual([]);
  });
});
