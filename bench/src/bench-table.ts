import type { Table } from 'studies';
import type { BenchRow } from './bench-run.js';

/** Nanoseconds of CPU a point-step or path-step, and their ratios; `judged` against the targets unless the sizes are too small for that. */
export function benchTable(
  rows: readonly BenchRow[],
  options: { readonly rounds: number; readonly judged: boolean },
): Table {
  const { rounds, judged } = options;
  return {
    title: `Nanoseconds of CPU a point-step or path-step on one thread, the least of ${rounds} rounds`,
    header: ['', 'C++', 'toolkit', 'toolkit / C++', 'target', '', 'QuantLib', 'QuantLib / toolkit'],
    rows: rows.map(({ name, work, target, toolkit, limit, quantlib }) => {
      const each = (seconds: number | undefined): string => (seconds ? digits((1e9 * seconds) / work) : '–');
      const ratio = limit && toolkit.seconds / limit.seconds;
      return [
        name,
        each(limit?.seconds),
        each(toolkit.seconds),
        ratio ? digits(ratio) : '–',
        target === undefined ? '–' : `≤ ${target}`,
        ratio && judged && target !== undefined ? (ratio <= target ? 'met' : 'not met') : '–',
        each(quantlib?.seconds),
        quantlib ? digits(quantlib.seconds / toolkit.seconds) : '–',
      ];
    }),
  };
}

const digits = (value: number): string => (value < 1000 ? value.toPrecision(3) : `${Math.round(value)}`);
