import {
  confidence,
  covariance,
  difference,
  discretize,
  eulerMaruyama,
  exactExpectation,
  expectation,
  inline,
  type JointEstimate,
  key,
  multilevel,
  problem,
  quasiExpectation,
  ratio,
  rerun,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { studentHalfWidth } from '#sde-core/numerics/distributions';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1 + x^2/10']] });
const on = problem({ model, x0: [0.5], T: 1 });
const chain = discretize(on, eulerMaruyama, 4);
const coins = discretize(on, withDriver(eulerMaruyama, 'three-point'), 3);
const backend = inline();
const run = { paths: 5000, key: key('pairs'), backend };
const texts = { x: 'x', square: 'x^2', hit: '(x > 0.5 ? 1 : 0)', rare: '(x > 2.5 ? 1 : 0)' };
const functionals = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, terminal(text)]));
const estimates = await expectation(chain, functionals, run);

describe('difference', () => {
  it.each([
    ['square', 'x'],
    ['x', 'square'],
    ['hit', 'rare'],
    ['rare', 'hit'],
    ['x', 'rare'],
  ] as const)('of %s and %s is the expectation of the difference, bit for bit', async (first, second) => {
    const direct = await expectation(chain, terminal(`${texts[first]} - ${texts[second]}`), run);
    const { provenance, ...found } = difference(estimates, first, second);
    const { provenance: _, warnings, ...expected } = direct;
    expect(found).toEqual({ ...expected, warnings: expect.arrayContaining([...warnings]) });
    expect(provenance).toMatchObject({ kind: 'difference', of: [first, second] });
    expect(confidence(difference(estimates, first, second), 0.99)).toEqual(confidence(direct, 0.99));
  });

  it('is that of a file', () => {
    const read = JSON.parse(JSON.stringify(estimates)) as typeof estimates;
    expect(JSON.stringify(difference(read, 'x', 'hit'))).toBe(JSON.stringify(difference(estimates, 'x', 'hit')));
  });

  it('of what is the same shows no variance, and says so unless its formula does', async () => {
    const closures = { a: terminal((x) => x[0]), b: terminal((x) => x[0]) };
    const opaque = difference(await expectation(chain, closures, run), 'a', 'b');
    expect(opaque.interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    expect(opaque.warnings.map(({ kind }) => kind)).toEqual(['rare-event']);
    const known = difference(await expectation(chain, { a: terminal('x'), b: terminal('x') }, run), 'a', 'b');
    expect(known).toMatchObject({ mean: 0, standardError: 0, interval: { low: 0, high: 0 }, warnings: [] });
    expect(difference(estimates, 'x', 'x')).toMatchObject({ mean: 0, standardError: 0 });
  });

  it('keeps the digits of a difference that is small beside its parts', async () => {
    const near = await expectation(chain, { a: terminal('x'), b: terminal('x + x^2/1e10') }, run);
    const { mean, standardError } = difference(near, 'b', 'a');
    // Var a + Var b − 2 C has none of them left.
    expect(mean / (estimates.square.mean / 1e10)).toBeCloseTo(1, 5);
    expect(standardError / (estimates.square.standardError / 1e10)).toBeCloseTo(1, 5);
  });

  it('has the warnings of both, with their names', async () => {
    const heavy = await expectation(chain, { tail: terminal('exp(8*x)'), x: terminal('x') }, run);
    expect(difference(heavy, 'x', 'tail').warnings).toContainEqual(
      expect.objectContaining({ kind: 'heavy-tail', estimate: 'tail' }),
    );
  });
});

describe('covariance', () => {
  it('has the squares of the standard errors on its diagonal, and is symmetric', () => {
    const matrix = covariance(estimates);
    Object.values(estimates).forEach(({ standardError }, i) => {
      expect(matrix.get(i, i)).toBe(standardError * standardError);
      for (let j = 0; j < 4; j++) expect(matrix.get(i, j)).toBe(matrix.get(j, i));
    });
  });

  it('is that of the names, not of the places', () => {
    const { x, rare, hit } = estimates;
    expect(covariance({ hit, rare, x }).get(0, 2)).toBe(covariance(estimates).get(0, 2));
    expect(covariance({ once: x, twice: x }).get(0, 1)).toBe(x.standardError * x.standardError);
  });

  it('of a constant is 0', async () => {
    const constant = await expectation(chain, { x: terminal('x'), two: terminal('2') }, run);
    expect([covariance(constant).get(0, 1), covariance(constant).get(1, 1)]).toEqual([0, 0]);
  });
});

describe('ratio', () => {
  const gain = 'max(x, 0)';
  const share = '1/(1 + x^2)';
  const truth = exactExpectation(coins, terminal(gain)) / exactExpectation(coins, terminal(share));

  it('has the standard error of the linearized ratio', () => {
    const { mean, standardError, variance } = ratio(estimates, 'square', 'hit');
    const [a, b] = [estimates.square.mean, estimates.hit.mean];
    expect(mean).toBe(a / b);
    const matrix = covariance(estimates);
    const exact = Math.sqrt(matrix.get(1, 1) - (2 * a * matrix.get(1, 2)) / b + (a / b) ** 2 * matrix.get(2, 2)) / b;
    expect(standardError / exact).toBeCloseTo(1, 12);
    expect(variance / run.paths / standardError ** 2).toBeCloseTo(1, 12);
  });

  it('has intervals that hold the truth as often as they say, over a ladder of seeds', async () => {
    const seeds = 150;
    let held = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const both = await expectation(
        coins,
        { gain: terminal(gain), share: terminal(share) },
        { paths: 300, key: key(seed), backend },
      );
      const { low, high } = ratio(both, 'gain', 'share').interval;
      if (low <= truth && truth <= high) held++;
    }
    expect(Math.abs(held / seeds - 0.95)).toBeLessThanOrEqual(3 * Math.sqrt((0.95 * 0.05) / seeds));
  });

  it('has no interval where the denominator may be 0', async () => {
    const odd = await expectation(chain, { x: terminal('x'), noise: terminal('sin(9*x)') }, { ...run, paths: 50 });
    const { interval, warnings } = ratio(odd, 'x', 'noise');
    expect(odd.noise.interval.low * odd.noise.interval.high).toBeLessThan(0);
    expect(interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    expect(warnings[0].kind).toBe('denominator-near-zero');
  });

  it('of one path has no interval, and says so', async () => {
    const one = await expectation(chain, { x: terminal('x'), above: terminal('1 + x^2') }, { ...run, paths: 1 });
    for (const made of [ratio(one, 'x', 'above'), ratio(one, 'above', 'above')]) {
      expect(made.interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
      expect(made.warnings.map(({ kind }) => kind)).toContain('denominator-near-zero');
    }
  });

  it('of a denominator within 30 standard errors of 0 has the ends at which a − R b may be 0', async () => {
    const small = await expectation(chain, { a: terminal('1 + x'), b: terminal('x + 0.1') }, { ...run, paths: 60 });
    const { a, b } = small;
    const errors = b.mean / b.standardError;
    expect(errors).toBeGreaterThan(2.5);
    expect(errors).toBeLessThan(6);
    const { mean, interval, degreesOfFreedom } = ratio(small, 'a', 'b');
    const across = covariance(small).get(0, 1);
    const t = studentHalfWidth(0.95, degreesOfFreedom);
    for (const R of [interval.low, interval.high]) {
      const error = Math.sqrt(a.standardError ** 2 - 2 * R * across + R ** 2 * b.standardError ** 2);
      expect(Math.abs(a.mean - R * b.mean) / error / t).toBeCloseTo(1, 10);
    }
    expect(interval.low).toBeLessThan(mean);
    expect(interval.high - mean).toBeGreaterThan(mean - interval.low);
  });

  it('takes what both intervals allow where a variance is in doubt', async () => {
    const doubted = await expectation(chain, { tail: terminal('exp(8*x)'), one: terminal('1 + x^2/9') }, run);
    const { tail, one } = doubted;
    const { low, high } = ratio(doubted, 'tail', 'one').interval;
    expect(low).toBeLessThanOrEqual(tail.interval.low / one.interval.high);
    expect(high).toBeGreaterThanOrEqual(tail.interval.high / one.interval.high);
  });

  it('of multiples of each other is known to rounding, and no better', async () => {
    const twice = await expectation(chain, { a: terminal('3*x^2'), b: terminal('x^2') }, run);
    const { mean, standardError } = ratio(twice, 'a', 'b');
    // A rounding for each of some levels of the tree of sums.
    expect(Math.abs(mean - 3)).toBeLessThanOrEqual(64 * Number.EPSILON);
    expect(standardError).toBeLessThan(1e-6);
    expect(standardError).toBeGreaterThan(0);
  });

  it('of a mean that is withheld is none', async () => {
    const lost = await expectation(chain, { root: terminal('sqrt(x)'), one: terminal('1 + x^2') }, run);
    for (const made of [ratio(lost, 'root', 'one'), ratio(lost, 'one', 'root'), difference(lost, 'one', 'root')]) {
      expect(made.mean).toBeNaN();
      expect(made.interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
      expect(made.warnings.map(({ kind }) => kind)).toContain('lost-paths');
    }
  });
});

describe('estimates that are not of one run', () => {
  it.each([
    ['another key', { key: key('other') }, chain],
    ['more paths', { paths: 5001 }, chain],
    ['another chain', {}, discretize(on, eulerMaruyama, 5)],
    ['antithetic', { antithetic: true }, chain],
  ])('are refused: %s', async (_, other, of) => {
    const { x } = await expectation(of, functionals, { ...run, ...other });
    expect(() => covariance({ x, square: estimates.square })).toThrow(SdeError);
    expect(() => difference({ x, square: estimates.square }, 'x', 'square')).toThrow(/not of one run/);
  });

  it('with names of other functionals are refused', () => {
    expect(() => ratio(estimates, 'x', 'nothing' as 'x')).toThrow(/x or square or hit or rare/);
    expect(() => covariance({ a: 1 } as never)).toThrow(SdeError);
    expect(() => covariance({})).toThrow(SdeError);
  });

  it('a single estimate is refused, and a combination is no run', async () => {
    const single = await expectation(chain, terminal('x'), run);
    expect(() => covariance({ single } as never)).toThrow(/not estimates of one run/);
    const made = difference(estimates, 'x', 'hit');
    await expect(rerun(made.provenance as never, chain)).rejects.toMatchObject({
      code: 'data',
      details: { what: 'a combination, not a run' },
    });
    const from = (made.provenance as unknown as { from: JointEstimate['provenance'] }).from;
    expect((await rerun(from, chain, { backend })).hit.mean).toBe(estimates.hit.mean);
  });

  it('with a control are of one run although each has its own coefficient', async () => {
    const control = { functional: terminal('x'), mean: 0.5 * 0.75 ** 4 };
    const controlled = await expectation(chain, functionals, { ...run, control });
    expect(covariance(controlled).get(1, 2)).not.toBeNaN();
    expect(difference(controlled, 'square', 'hit').standardError).toBeLessThan(
      difference(estimates, 'square', 'hit').standardError * 1.0001,
    );
  });
});

describe('of quasi-random and multilevel estimates', () => {
  const named = { x: terminal('x'), square: terminal('x^2'), sum: terminal('x + x^2') };

  it('each quasi-random one is that alone, and a difference is that of the difference', async () => {
    const how = { points: 128, key: key('net'), backend };
    const net = await quasiExpectation(chain, named, how);
    for (const name of ['x', 'square', 'sum'] as const) {
      const { joint: _, provenance: __, ...together } = net[name];
      const { provenance: ___, ...single } = await quasiExpectation(chain, named[name], how);
      expect(together).toEqual(single);
    }
    const direct = await quasiExpectation(chain, terminal('x^2 - x'), how);
    const apart = difference(net, 'square', 'x');
    expect(apart.mean).toBeCloseTo(direct.mean, 14);
    expect(apart.standardError / direct.standardError).toBeCloseTo(1, 9);
    // Cov(x, x + x²) = Var x + Cov(x, x²).
    const matrix = covariance(net);
    expect(matrix.get(0, 2) / (matrix.get(0, 0) + matrix.get(0, 1))).toBeCloseTo(1, 9);
    const again = await rerun(JSON.parse(JSON.stringify(net.x.provenance)) as typeof net.x.provenance, chain);
    expect(again.sum).toEqual({ ...net.sum, provenance: { ...net.sum.provenance } });
  });

  it('all multilevel ones meet the tolerance, from the same paths', async () => {
    const how = { tolerance: 0.05, key: key('levels'), backend };
    const seen: string[][] = [];
    const levels = await multilevel(on, eulerMaruyama, named, {
      ...how,
      onProgress: ({ estimates: of }) => seen.push(Object.keys(of)),
    });
    for (const { kind, interval, mean, paths } of Object.values(levels)) {
      expect(kind).toBe('converged');
      expect(Math.max(interval.high - mean, mean - interval.low)).toBeLessThanOrEqual(how.tolerance * 1.0001);
      expect(paths).toBe(levels.x.paths);
    }
    expect(new Set(seen.map(String))).toEqual(new Set(['x,square,sum']));
    expect(levels.sum.mean).toBeCloseTo(levels.x.mean + levels.square.mean, 12);
    const matrix = covariance(levels);
    expect(matrix.get(0, 2) / (matrix.get(0, 0) + matrix.get(0, 1))).toBeCloseTo(1, 9);
    const apart = difference(levels, 'sum', 'square');
    expect(apart.standardError / levels.x.standardError).toBeCloseTo(1, 9);
    expect(apart.bias).toBe(levels.sum.bias + levels.square.bias);
    const again = await rerun(levels.square.provenance, { problem: on, scheme: eulerMaruyama }, { backend });
    expect(again.sum.mean).toBe(levels.sum.mean);
    // The worst decides: alone it takes the same paths, and the same bits.
    const single = await multilevel(on, eulerMaruyama, named.sum, how);
    expect(single.paths).toBeLessThanOrEqual(levels.sum.paths);
    if (
      String(single.provenance.levels.map(({ rounds }) => rounds)) ===
      String(levels.sum.provenance.levels.map(({ rounds }) => rounds))
    )
      expect(single.mean).toBe(levels.sum.mean);
  });
});

describe('numbers at the ends of the scale', () => {
  it('one path has no covariance, and no interval', async () => {
    const one = await expectation(chain, functionals, { ...run, paths: 1 });
    expect(covariance(one).get(0, 1)).toBeNaN();
    expect(difference(one, 'x', 'square').interval).toMatchObject({ low: Number.NEGATIVE_INFINITY });
  });

  it.each(['1e-170', '1e200'])('what has no standard error has no covariance: %s x', async (scale) => {
    const far = await expectation(chain, { far: terminal(`${scale}*x`), x: terminal('x') }, run);
    expect(covariance(far).get(0, 1)).toBeNaN();
    expect(ratio(far, 'x', 'far').warnings.map(({ kind }) => kind)).toContain('out-of-scale');
  });

  it('a difference or a ratio that overflows says so', async () => {
    const large = await expectation(
      chain,
      { a: terminal('1.7e308'), b: terminal('-1.7e308'), c: terminal('1e-300') },
      run,
    );
    for (const made of [difference(large, 'a', 'b'), ratio(large, 'a', 'c')]) {
      expect(made.warnings.map(({ kind }) => kind)).toContain('out-of-scale');
      expect(made.interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    }
  });
});
