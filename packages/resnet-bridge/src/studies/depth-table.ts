import type { Interval, OrderFit } from 'sde-core';
import type { DepthStudy, LimitName } from './depth-study.js';

const LIMITS: readonly LimitName[] = ['flow', 'leading', 'modified'];
const number = (value: number, digits = 4): string => value.toPrecision(digits);
const AGREEMENT = {
  confirmed: 'agrees',
  refuted: 'does not agree',
  inconclusive: 'inconclusive, not yet asymptotic',
} as const;
const range = ({ low, high }: Interval): string => `[${number(low, 3)}, ${number(high, 3)}]`;

/**
 * A depth study as two Markdown tables: the measured error against each limit beside h C₁ at every step, and the orders with their
 * intervals and verdicts.
 *
 * Errors are written with twice their standard error; `ratio` is the error against the flow over the predicted h C₁.
 */
export function depthTable(study: DepthStudy): string {
  const { euler, curvature, total } = study.predicted;
  const steps = study.levels.map(({ refinement, h, errors }) => [
    String(refinement),
    number(h, 3),
    ...LIMITS.map((name) => `${number(errors[name].error)} ± ${number(2 * errors[name].standardError, 2)}`),
    number(h * euler),
    number(h * curvature),
    number(h * total),
    number(errors.flow.error / (h * total), 3),
  ]);
  const fitted = (name: string, fit: OrderFit): string[] => [
    name,
    String(fit.expected),
    `${fit.value.toFixed(2)} [${fit.interval.low.toFixed(2)}, ${fit.interval.high.toFixed(2)}]`,
    fit.localSlopes.map((slope) => slope.toFixed(2)).join(', '),
    `${number(fit.constant.value, 3)} ${range(fit.constant.interval)}`,
    fit.verdict,
  ];
  const { value, interval, verdict } = study.constant;
  return [
    `**${study.noise}**, ${study.functional}, ${study.images} images; E ℓ of the flow ${number(study.flow)}`,
    table(
      [
        'sub-layers',
        'h',
        'network − flow',
        '− leading SDE',
        '− modified SDE',
        'h · euler',
        'h · curvature',
        'h C₁',
        'ratio',
      ],
      steps,
    ),
    table(
      ['error against', 'expected order', 'order', 'local slopes', 'constant', 'verdict'],
      [...LIMITS.map((name) => fitted(name, study.orders[name])), fitted('flow, less h C₁', study.remainder)],
    ),
    `error / h as h → 0: ${number(value)} ${range(interval)}; predicted C₁ = ${number(total)}: ${AGREEMENT[verdict]}`,
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
