import type { Table } from 'sde-plots';
import { scientific } from '../report/number.js';
import type { ClosedFormStudy } from './closed-form-study.js';
import { type Ladder, type Rung, secondsToError } from './ladder.js';

/** Relative errors and orders: the same on every machine. */
export function accuracyTable(ladders: readonly Ladder[]): Table {
  return {
    title: 'Relative errors at one point, on three grids, each of half the spacing and half the step of the one before',
    header: ['case', 'points', 'coarse', 'middle', 'fine', 'orders', 'extrapolated'],
    rows: ladders.map(({ name, exact, rungs, orders, extrapolated }) => [
      name,
      `${rungs[rungs.length - 1].points}`,
      ...rungs.map(({ error }) => scientific(error / exact)),
      orders.map((order) => order.toFixed(2)).join('  '),
      // Two digits: the last is already near the rounding of the solve where the error is 1e-11.
      (extrapolated[extrapolated.length - 1].error / exact).toExponential(1).replaceAll('-', '−'),
    ]),
  };
}

/** Milliseconds of CPU, of this machine. */
export function timeTable({ rows, rounds }: ClosedFormStudy): Table {
  return {
    title: `Milliseconds of CPU on this machine, the least of ${rounds} rounds`,
    header: ['case', 'coarse', 'middle', 'fine', 'fine, extrapolated'],
    rows: rows.map(({ name, rungs, extrapolated }) => [
      name,
      ...rungs.map(milliseconds),
      milliseconds(extrapolated[extrapolated.length - 1]),
    ]),
  };
}

/**
 * QuantLib on as many points and steps, a row a grid. A ratio is QuantLib's time over the toolkit's: above 1 the toolkit is faster.
 *
 * At equal error the toolkit's time is that of its ladder at QuantLib's error, and there is none beyond the ladder.
 */
export function quantlibTable({ rows }: ClosedFormStudy): Table {
  return {
    title:
      'Beside QuantLib in the same run: relative errors, milliseconds of CPU, and × = QuantLib’s time over the toolkit’s',
    header: [
      'case',
      'points',
      'error',
      'QuantLib',
      'ms',
      'QuantLib',
      '× at equal grid',
      '× at equal error',
      'extrapolated',
    ],
    rows: rows.flatMap(({ name, exact, rungs, extrapolated, quantlib = [] }) =>
      quantlib.map((theirs, i) => {
        const ratio = (seconds: number | undefined): string => (seconds ? digits(theirs.seconds / seconds) : '–');
        return [
          name,
          `${theirs.points}`,
          rungs[i] ? scientific(rungs[i].error / exact) : '–',
          scientific(theirs.error / exact),
          rungs[i] ? milliseconds(rungs[i]) : '–',
          milliseconds(theirs),
          ratio(rungs[i]?.seconds),
          ratio(secondsToError(rungs, theirs.error)),
          ratio(secondsToError(extrapolated, theirs.error)),
        ];
      }),
    ),
  };
}

const milliseconds = ({ seconds }: Rung): string => digits(1e3 * seconds);

const digits = (value: number): string => `${value < 1000 ? value.toPrecision(3) : Math.round(value)}`;
