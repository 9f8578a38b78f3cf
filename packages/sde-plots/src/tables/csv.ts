import type {
  Interval,
  OrderLevel,
  OrderStudy,
  StrongLevel,
  StrongOrderStudy,
  Study,
  WorkPrecisionStudy,
} from 'sde-core';
import { halfWidth } from '../results/noise-floor.js';
import { requireStudy } from '../results/study-shape.js';
import { csvLine } from './table.js';

type Cell = string | number | boolean | undefined;
type Row = Readonly<Record<string, Cell>>;

/**
 * A study as comma-separated values: a header and a row a level, each with its interval and what the study says of it.
 *
 * Numbers have all their digits; lines end in CR LF, and a text with a comma, a quote or a line end stands in quotes. Of a comparison there is a row for
 * each candidate and level.
 *
 * @see [rfc4180]
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, geometricBrownianMotion, problem, terminal, weakOrder, withDriver } from 'sde-core';
 * import { csv } from 'sde-plots';
 * const on = problem({ model: geometricBrownianMotion({ mu: 1, sigma: 0.5 }), x0: [1], T: 1 });
 * const euler = withDriver(eulerMaruyama, 'two-point');
 * const study = await weakOrder({
 *   chain: (steps) => discretize(on, euler, steps),
 *   steps: [4, 8, 16, 32],
 *   functional: terminal('x'),
 *   truth: Math.E,
 *   expected: 1,
 *   method: { kind: 'exact' },
 * });
 * const [header, ...rows] = csv(study).trim().split('\r\n');
 * header.split(',').slice(0, 4); // → [ 'chain', 'functional', 'truth', 'steps' ]
 * rows.length; // → 4
 * ```
 */
export function csv(study: Study): string {
  requireStudy(study, 'csv(study)');
  switch (study.kind) {
    case 'order-study':
      return table(orderRows(study));
    case 'strong-order-study':
      return table(strongRows(study));
    case 'work-precision-study':
      return table(workRows(study));
    default:
      return study satisfies never;
  }
}

function orderRows({ chain, functional, truth, levels, fit, verdict }: OrderStudy): readonly Row[] {
  return levels.map((level) => ({
    chain,
    functional: functional.name,
    truth,
    ...levelCells(level, fit.interval.level),
    value: level.value,
    ...fitCells(fit.expected, fit.value, fit.interval),
    verdict,
  }));
}

function strongRows({ scheme, levels, fit, order, interval, verdict }: StrongOrderStudy): readonly Row[] {
  return levels.map((level) => ({
    scheme,
    ...levelCells(level, fit.interval.level),
    paths: level.paths,
    nonFinite: level.nonFinite,
    ...fitCells(fit.expected / 2, order, interval),
    verdict,
  }));
}

function workRows({ functional, truth, tolerance, rows, verdict, cheapest }: WorkPrecisionStudy): readonly Row[] {
  return rows.flatMap(({ name, workPerStep, study, work, workInterval }) =>
    study.levels.map((level) => ({
      method: name,
      functional: functional.name,
      truth,
      ...levelCells(level, study.fit.interval.level),
      value: level.value,
      workPerStep,
      pathWork: workPerStep * level.steps,
      ...fitCells(study.fit.expected, study.fit.value, study.fit.interval),
      orderVerdict: study.verdict,
      tolerance,
      work,
      workLow: workInterval?.low,
      workHigh: workInterval?.high,
      cheapest,
      verdict,
    })),
  );
}

function levelCells(level: OrderLevel | StrongLevel, confidence: number): Row {
  const { steps, h, error, standardError, noiseFloor, resolved } = level;
  const half = halfWidth(standardError, confidence);
  const interval = { errorLow: error - half, errorHigh: error + half, confidence };
  return { steps, h, error, standardError, ...interval, noiseFloor, resolved };
}

const fitCells = (expected: number, order: number, { low, high }: Interval): Row => ({
  expected,
  order,
  orderLow: low,
  orderHigh: high,
});

function table(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]);
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map(csvLine).join('');
}
