import { branchDropout, depthStudy, type ResidualNetwork, residualNetwork, squaredLoss } from 'resnet-bridge';
import { type ErrorPoint, fitOrder, key } from 'sde-core';
import { gaussian, noiseSource, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { cautious, constantVerdict, type LadderFacts } from '#resnet-bridge/studies/verdicts';

const mild: LadderFacts = { steepness: 0.1, smooth: true };
const drawn = (seed: string, law = gaussian): (() => number) => {
  const source = noiseSource([law], key(seed));
  const out = new Float64Array(1);
  let count = 0;
  return () => {
    source(0, count++, out);
    return out[0];
  };
};
/** error = h c(h) on steps 1/first … with noise of the size given. */
const ladder = (
  c: (h: number) => number,
  first: number,
  count: number,
  noise: number,
  normal: () => number,
): ErrorPoint[] =>
  Array.from({ length: count }, (_, i) => {
    const h = 1 / (first * 2 ** i);
    const standardError = noise * h ** 1.5;
    return { h, error: h * c(h) + standardError * normal(), standardError };
  });

describe('a constant held against its prediction', () => {
  it('is not decided where error / h does not settle: a network trained with branch dropout, h = 1 … ⅛, truth 0.01057', () => {
    const errors = [-0.01288, -0.00535, -0.00144, -0.00012];
    const standardErrors = [6.1e-4, 4.6e-4, 2e-4, 7.4e-5];
    const points = errors.map((error, i) => ({ h: 2 ** -i, error, standardError: standardErrors[i] }));
    const { verdict, reason } = constantVerdict(points, [0.01057, 0.01057], 0.95, mild);
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('not yet asymptotic');
    const remainders = points.map((point) => ({ ...point, error: point.error - point.h * 0.01057 }));
    expect(cautious(fitOrder(remainders, { expected: 2 }), remainders, mild).verdict).not.toBe('refuted');
  });

  it('is not decided at a turn of error / h, which looks settled', () => {
    // Measured of a steep tanh network: −1.54, −3.25, −3.88, −3.91 on h = 1 … ⅛, then −3.23, −2.72, −2.45 … and −2.2552 in the limit.
    const points = [-1.5428, -3.2462, -3.8781, -3.9113].map((c, i) => {
      const h = 2 ** -i;
      return { h, error: c * h, standardError: 0.04 * h };
    });
    expect(constantVerdict(points, [-2.2552, -2.2552], 0.95, mild)).toMatchObject({ verdict: 'inconclusive' });
  });

  const shapes: Record<string, (x: number) => number> = {
    saturates: (x) => x / (1 + x),
    'saturates late': (x) => x ** 2 / (1 + x ** 2),
    turns: (x) => x * Math.exp(-x),
    oscillates: (x) => Math.sin(x),
    'is exponential': (x) => 1 - Math.exp(-x),
  };
  it.each(Object.keys(shapes))('that is right is not called different where error / h %s', (name) => {
    const uniform = drawn(`shape ${name}`, uniformLaw(0, 1));
    const normal = drawn(`noise ${name}`);
    let differs = 0;
    let refuted = 0;
    const count = 60;
    for (let trial = 0; trial < count; trial++) {
      const truth = 2 * uniform() - 1;
      const size = 2 * uniform();
      const steep = 2 ** (6 * uniform());
      const noise = 10 ** (-3 * uniform());
      const points = ladder((h) => truth + size * shapes[name](steep * h), 1, 4, noise, normal);
      // What a network knows of its steps; from a plateau of error / h alone nobody could tell.
      const facts = { steepness: steep * points[3].h, smooth: true };
      if (constantVerdict(points, [truth, truth], 0.95, facts).verdict === 'differs') differs++;
      if (trial % 4 > 0) continue;
      const remainders = points.map((point) => ({ ...point, error: point.error - point.h * truth }));
      if (cautious(fitOrder(remainders, { expected: 2 }), remainders, facts).verdict === 'refuted') refuted++;
    }
    expect(differs).toBe(0);
    expect(refuted).toBe(0);
  });

  it('that is wrong is called different, where the ladder is fine and the samples are many', () => {
    const normal = drawn('wrong');
    const points = ladder((h) => 1 + 0.5 * h, 8, 4, 0.01, normal);
    expect(constantVerdict(points, [1, 1], 0.95, mild).verdict).toBe('agrees');
    expect(constantVerdict(points, [2, 2], 0.95, mild).verdict).toBe('differs');
    const remainders = points.map((point) => ({ ...point, error: point.error - 2 * point.h }));
    expect(cautious(fitOrder(remainders, { expected: 2 }), remainders, mild).verdict).toBe('refuted');
  });

  it('that fits is not confirmed where the steps are larger than what the layers vary on', () => {
    const points = ladder((h) => 1 + 0.5 * h, 8, 4, 0.01, drawn('wrong'));
    for (const [steepness, constant, order] of [
      [0.99, 'agrees', 'confirmed'],
      [3.96, 'inconclusive', 'inconclusive'],
    ] as const) {
      const held = constantVerdict(points, [1, 1], 0.95, { steepness, smooth: true });
      const fit = cautious(fitOrder(points, { expected: 1 }), points, { steepness, smooth: true });
      expect([held.verdict, fit.verdict]).toEqual([constant, order]);
      if (constant === 'inconclusive')
        expect(held.reason + fit.reason).toMatch(/not yet asymptotic.*not yet asymptotic/);
    }
  });

  it.each<[string, LadderFacts]>([
    ['the steps are coarse beside the network', { steepness: 1, smooth: true }],
    ['the activation has kinks', { steepness: 0.1, smooth: false }],
    ['the samples are too few', { steepness: 0.1, smooth: true, sampling: 'too few' }],
  ])('is neither different nor an order refuted where %s', (_, facts) => {
    const points = ladder((h) => 1 + 0.5 * h, 8, 4, 0.01, drawn('wrong'));
    expect(constantVerdict(points, [2, 2], 0.95, facts).verdict).toBe('inconclusive');
    expect(cautious(fitOrder(points, { expected: 2 }), points, facts).verdict).toBe('inconclusive');
  });
});

/** Random tanh layers of growing steepness, h = 1 as trained. */
function steepNetwork(seed: number, scale: number): { network: ResidualNetwork; x0: number[]; target: number[] } {
  const [d, width, depth] = [2, 6, 4];
  const uniform = drawn(`steep ${seed}`, uniformLaw(-1, 1));
  const numbers = (length: number, size: number): number[] => Array.from({ length }, () => size * uniform());
  const layers = Array.from({ length: depth }, () => ({
    U: numbers(width * d, scale),
    c: numbers(width, 1),
    V: numbers(width * d, 1.5),
    d: numbers(d, 0.3),
  }));
  return { network: residualNetwork({ layers, horizon: depth }), x0: numbers(d, 1), target: numbers(d, 1) };
}

describe('depth studies of steep networks on coarse ladders', () => {
  it.each([1, 2, 4])('never refute what is true, weights of size %i', async (scale) => {
    for (let seed = 0; seed < 3; seed++) {
      const { network, x0, target } = steepNetwork(seed, scale);
      const loss = squaredLoss(target);
      for (let k = 0; k < 2; k++) {
        const study = await depthStudy(network, branchDropout({ keep: 0.75 }), {
          functional: { states: [x0], loss: () => loss },
          draws: { network: 320, leading: 32, modified: 32 },
          precision: 'f64',
          key: key(k),
        });
        if (study.scaling !== 'small-noise') throw new Error(study.scaling);
        const verdicts = [...Object.values(study.orders), study.remainder].map(({ verdict }) => verdict);
        expect(verdicts).not.toContain('refuted');
        expect(study.constant.verdict).not.toBe('differs');
      }
    }
  });
});
