import {
  confidence,
  discretize,
  eulerMaruyama,
  exactChain,
  fold,
  geometricBrownianMotion,
  inline,
  key,
  problem,
  type QuasiEstimate,
  quasiExpectation,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, it, test } from 'vitest';
import { normalCdf } from '#sde-core/numerics/normal';

const brownian = problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [0], T: 1 });
const one = discretize(brownian, eulerMaruyama, 1);
const four = discretize(brownian, eulerMaruyama, 4);
const backend = inline();
const kinds = ({ warnings }: QuasiEstimate): string[] => warnings.map(({ kind }) => kind);

describe('randomizations that agree on what none of them saw', () => {
  // P(W > b), from common to never seen, where the net is of one dimension: each mean is one of two neighboring fractions of 64.
  it.each([0.3, 1.2, 1.9, 2.6, 3.3, 4])(
    'P(W > %f) lies in the interval at its level, in one step and in four',
    async (b) => {
      const truth = 1 - normalCdf(b);
      for (const chain of [one, four]) {
        let missed = 0;
        for (let seed = 0; seed < 60; seed++) {
          const options = { points: 64, randomizations: 8, key: fold(key('rare'), seed), backend };
          const { interval } = await quasiExpectation(chain, terminal(`x > ${b}`), options);
          if (!(interval.low <= truth && truth <= interval.high)) missed++;
        }
        // Binomial with p = 0.05: 3 ± 1.7; four standard deviations above.
        expect(missed).toBeLessThan(3 + 4 * 1.7);
      }
    },
  );

  test('no hit is said, and its interval reaches as far as that of as many paths without one', async () => {
    const estimate = await quasiExpectation(four, terminal('x > 5'), { points: 256, key: key(1), backend });
    expect([estimate.mean, estimate.standardError, kinds(estimate)]).toEqual([0, 0, ['rare-event']]);
    // 1 − (α/2)^(1/n).
    expect(estimate.interval.high).toBeCloseTo(1 - 0.025 ** (1 / 4096), 6);
    expect(confidence(estimate, 0.95)).toEqual(estimate.interval);
    expect(confidence(estimate, 0.999).high).toBeGreaterThan(estimate.interval.high);
  });

  test('a heavy tail is said', async () => {
    const heavy = exactChain(problem({ model: geometricBrownianMotion({ mu: 0, sigma: 3 }), x0: [1], T: 4 }), 1);
    const estimate = await quasiExpectation(heavy, terminal('x'), { points: 1024, key: key(1), backend });
    expect(kinds(estimate)).toEqual(['heavy-tail']);
  });

  test('what is healthy has nothing said, and the interval of its randomizations', async () => {
    for (const phi of ['x', 'x^2', 'max(x, 0)', 'x > 0', 'exp(x)', '1']) {
      const estimate = await quasiExpectation(four, terminal(phi), { points: 256, key: key(2), backend });
      expect(kinds(estimate)).toEqual([]);
      expect(confidence(estimate, 0.95)).toEqual(estimate.interval);
    }
    const { interval, mean } = await quasiExpectation(four, terminal('3'), { points: 2, key: key(2), backend });
    expect([interval.low, mean, interval.high]).toEqual([3, 3, 3]);
  });
});
