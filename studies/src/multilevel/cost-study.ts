import {
  type Backend,
  expression,
  fold,
  geometricBrownianMotion,
  type Key,
  type MultilevelEstimate,
  milstein,
  multilevel,
  problem,
  symbolic,
  terminal,
  truncatedMilstein,
} from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { estimateShape } from './estimate-shape.js';
import { blackScholesCall, type HestonParameters, hestonCall } from './heston-call.js';

/** One equation with a closed form, and the estimate of it to a tolerance. */
export interface CostCase {
  readonly name: string;
  readonly exact: number;
  estimate(options: {
    readonly tolerance: number;
    readonly key: Key;
    readonly backend?: Backend;
    readonly signal?: AbortSignal;
  }): Promise<MultilevelEstimate>;
}

/** What a tolerance cost, and what it gave. */
export interface CostRow {
  readonly tolerance: number;
  readonly estimate: MultilevelEstimate;
  /** Whether the closed form lies in the interval. */
  readonly covered: boolean;
}

/** The rows of a case and the slope of log cost over log tolerance, by least squares. */
export interface CostStudy {
  readonly name: string;
  readonly exact: number;
  readonly rows: readonly CostRow[];
  readonly slope: number;
}

const HESTON: HestonParameters = { r: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7, v0: 0.04 };

/** A call on geometric Brownian motion by Milstein, and on Heston's model by antithetic pairs without Lévy areas. */
export function costCases(): readonly CostCase[] {
  const { v0, ...parameters } = HESTON;
  const normal = expression('normcdf(x)', { state: ['x'] });
  const sigma = 0.2;
  const gbm = problem({ model: geometricBrownianMotion({ mu: HESTON.r, sigma }), x0: [1], T: 1 });
  // A variance that steps below 0 diffuses no more until its drift has brought it back.
  const heston = problem({
    model: symbolic({
      state: ['x', 'v'],
      drift: ['r - v/2', 'kappa*(theta - v)'],
      diffusion: [
        ['sqrt(max(v, 1e-8))', '0'],
        ['xi*rho*sqrt(max(v, 1e-8))', 'xi*sqrt(1 - rho^2)*sqrt(max(v, 1e-8))'],
      ],
      parameters,
    }),
    x0: [0, v0],
    T: 1,
  });
  return [
    {
      name: 'call on geometric Brownian motion, Milstein',
      exact: blackScholesCall(1, 1, 1, { r: HESTON.r, sigma }, (x) => normal.evaluate(0, [x])),
      estimate: (options) => multilevel(gbm, milstein, terminal('max(x - 1, 0)'), { ...options, firstPaths: 256 }),
    },
    {
      name: 'call on Heston, antithetic truncated Milstein',
      exact: hestonCall(1, 1, 1, HESTON),
      estimate: (options) =>
        multilevel(heston, truncatedMilstein, terminal('max(exp(x) - 1, 0)'), {
          ...options,
          coupling: 'antithetic',
          steps: 4,
          firstPaths: 256,
        }),
    },
  ];
}

/** Estimates a case at each tolerance, each under a key of its own. */
export async function costStudy(
  { name, exact, estimate }: CostCase,
  options: {
    readonly tolerances: readonly number[];
    readonly key: Key;
    readonly backend?: Backend;
    /** Where estimates that are done are kept. */
    readonly parts?: Parts;
    readonly signal?: AbortSignal;
  },
): Promise<CostStudy> {
  const { tolerances, key, backend, parts = NOTHING_KEPT, signal } = options;
  const rows: CostRow[] = [];
  for (const tolerance of tolerances) {
    const found = await parts.part(`${name}, ${tolerance}`, estimateShape, () =>
      estimate({ tolerance, key: fold(key, name, tolerance), backend, signal }),
    );
    const { low, high } = found.interval;
    rows.push({ tolerance, estimate: found, covered: low <= exact && exact <= high });
  }
  return { name, exact, rows, slope: slopeOf(rows) };
}

function slopeOf(rows: readonly CostRow[]): number {
  const x = rows.map(({ tolerance }) => numbers.log(tolerance));
  const y = rows.map(({ estimate }) => numbers.log(estimate.cost));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const square = x.reduce((sum, value) => sum + numbers.power(value - mx, 2), 0);
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / square;
}

/** The study as a table. */
export function costTable({ name, exact, rows, slope }: CostStudy): string {
  return [
    `**${name}**, closed form ${exact.toFixed(8)}`,
    '',
    '| tolerance | estimate | interval | bias | holds it | levels | paths | cost |',
    '|---:|---:|---:|---:|:---|---:|---:|---:|',
    ...rows.map(({ tolerance, estimate, covered }) => {
      const { kind, mean, interval, bias, levels, paths, cost } = estimate;
      const half = ((interval.high - interval.low) / 2).toExponential(1);
      const verdict = kind === 'converged' ? (covered ? 'yes' : 'no') : kind;
      return `| ${tolerance} | ${mean.toFixed(7)} | ± ${half} | ${bias.toExponential(1)} | ${verdict} | ${levels.length} | ${paths} | ${cost} |`;
    }),
    '',
    `Cost ∝ tolerance^${slope.toFixed(2).replace('-', '−')}.`,
    '',
  ].join('\n');
}
