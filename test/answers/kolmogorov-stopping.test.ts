import { crankNicolson, sinhSpaced, solveKolmogorov, solveObstacle, trBdf2 } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** American puts at several prices of the stock: r, dividend, volatility, strike, and what was published for them. */
interface Puts {
  readonly source: string;
  readonly rate: number;
  readonly dividend: number;
  readonly volatility: number;
  readonly strike: number;
  readonly prices: readonly number[];
  readonly values: readonly number[];
  /** Half a unit of the last digit shown, and what the source says of its own error. */
  readonly published: number;
}

const stockOf = ({ rate, dividend, volatility }: Pick<Puts, 'rate' | 'dividend' | 'volatility'>) =>
  symbolic({ state: ['x'], drift: [`${rate - dividend}*x`], diffusion: [[`${volatility}*x`]] });
const axisOf = (strike: number, n: number) => sinhSpaced(0, 6 * strike, n, { center: strike, width: strike / 4 });

const tables: readonly Puts[] = [
  {
    source:
      '"True values" of table 4 in Advances in Difference Equations 2018, article 1917 (a HODIE scheme for American options)',
    rate: 0.04,
    dividend: 0.02,
    volatility: 0.3,
    strike: 100,
    prices: [75.9572, 83.9457, 92.7743, 102.5315, 113.3148, 125.2323, 138.4031],
    values: [25.32986, 19.49691, 14.26265, 9.84354, 6.36558, 3.83337, 2.13784],
    published: 1e-5,
  },
  {
    source: 'Crank–Nicolson values of table 3 in Discrete Dynamics in Nature and Society 2014, article 369795',
    rate: 0.06,
    dividend: 0,
    volatility: 0.4,
    strike: 40,
    prices: [36, 38, 40, 42, 44],
    values: [7.109, 6.154, 5.318, 4.588, 3.953],
    published: 5e-4,
  },
];

describe('American puts', () => {
  test.each(tables)('$source', (puts) => {
    const { rate, strike, prices } = puts;
    const solve = (n: number, steps: number): number[] => {
      const { kind, value } = solveObstacle(
        {
          model: stockOf(puts),
          T: 1,
          killing: rate,
          terminal: `max(${strike} - x, 0)`,
          obstacle: `${strike} - x`,
        },
        { grid: [axisOf(strike, n)], stepping: crankNicolson({ steps }) },
      );
      expect(kind).toBe('converged');
      return prices.map((price) => value.at(0, [price]));
    };
    const [coarse, fine] = [solve(401, 200), solve(801, 400)];
    fine.forEach((value, i) => {
      // The free boundary lies anywhere in a cell, so all that is claimed is order 1: no more is left than the last change.
      expect(Math.abs(value - puts.values[i])).toBeLessThan(Math.abs(value - coarse[i]) + puts.published);
      expect(Math.abs(value - coarse[i])).toBeLessThan(1e-3);
    });
  });
});

describe('puts with 50 dates of exercise a year', () => {
  // Longstaff and Schwartz 2001, table 1, finite differences: K = 40, r = 6 %, T = 1. They stop at 50 dates, not at any time.
  const prices = [36, 38, 40, 42, 44];
  test.each<readonly [number, readonly number[]]>([
    [0.2, [4.478, 3.25, 2.314, 1.617, 1.11]],
    [0.4, [7.101, 6.148, 5.312, 4.582, 3.948]],
  ])(
    'volatility %f: from date to date by the backward equation, and below the American put',
    (volatility, published) => {
      const model = stockOf({ rate: 0.06, dividend: 0, volatility });
      const solve = (n: number): { dates: number[]; american: number[] } => {
        const grid = [axisOf(40, n)];
        const pay = grid[0].points.map((x) => Math.max(40 - x, 0));
        let kept = pay;
        let last = solveKolmogorov(
          { model, T: 1 / 50, terminal: kept, killing: 0.06 },
          { grid, stepping: trBdf2({ steps: 4 }), keep: 'ends' },
        );
        for (let date = 1; date < 50; date++) {
          kept = Float64Array.from(last.slice(0).data, (u, p) => Math.max(u, pay[p]));
          last = solveKolmogorov(
            { model, T: 1 / 50, terminal: kept, killing: 0.06 },
            { grid, stepping: trBdf2({ steps: 4 }), keep: 'ends' },
          );
        }
        const any = solveObstacle(
          { model, T: 1, killing: 0.06, terminal: 'max(40 - x, 0)', obstacle: '40 - x' },
          { grid, stepping: crankNicolson({ steps: 200 }) },
        );
        return { dates: prices.map((x) => last.at(0, [x])), american: prices.map((x) => any.value.at(0, [x])) };
      };
      const [coarse, fine] = [solve(201), solve(401)];
      fine.dates.forEach((value, i) => {
        const limit = value + (value - coarse.dates[i]) / 3;
        // Half a unit of the digit published; extrapolated in space, and twice over for what the source's own grid of 1000 prices left.
        expect(Math.abs(limit - published[i])).toBeLessThan(2 * 5e-4);
        // Stopping at any time is worth more, but no more than the interest on the strike from one date to the next, which is what waiting for it may lose.
        expect(fine.american[i]).toBeGreaterThan(value);
        expect(fine.american[i] - value).toBeLessThan(0.06 * 40 * (1 / 50));
      });
    },
  );
});
