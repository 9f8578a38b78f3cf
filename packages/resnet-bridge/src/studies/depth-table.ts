import { type ErrorPoint, type Interval, type OrderFit, SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { isObject } from '../network/at-the-door.js';
import type { DepthStudy, DiffusiveStudy, LimitName, SmallNoiseStudy } from './depth-result.js';
import type { ConstantVerdict } from './verdicts.js';

const LIMITS: readonly LimitName[] = ['flow', 'leading', 'modified'];
const number = (value: number, digits = 4): string => value.toPrecision(digits);
const range = ({ low, high }: Interval): string => `[${number(low, 3)}, ${number(high, 3)}]`;

/**
 * A depth study as two Markdown tables: the measured error against each limit beside h C₁ at every step, and the orders with their
 * intervals and verdicts.
 *
 * Errors are written with twice their standard error; `ratio` is the error against the flow over the predicted h C₁.
 */
export function depthTable(study: DepthStudy): string {
  const given: unknown = study;
  if (!isObject(given) || given.kind !== 'depth-study') {
    throw new SdeError('value', {
      what: 'not a depth study',
      where: 'depthTable(study)',
      expected: 'what depthStudy gives, awaited',
      got: describe(given),
      remedy: 'write depthTable(await depthStudy(network, noise, options))',
    });
  }
  const head = `**${study.noise}**, ${study.functional}, ${study.images} images`;
  const notes = study.warnings.map(({ message }) => `- ${message}`).join('\n');
  const parts = study.scaling === 'small-noise' ? smallNoise(study, head) : diffusive(study, head);
  return [...parts, ...(notes ? [notes] : [])].join('\n\n');
}

function smallNoise(study: SmallNoiseStudy, head: string): string[] {
  const { euler, curvature, total } = study.predicted;
  const steps = study.levels.map(({ refinement, h, errors }) => [
    String(refinement),
    number(h, 3),
    ...LIMITS.map((name) => withError(errors[name])),
    number(h * euler),
    number(h * curvature),
    number(h * total),
    number(errors.flow.error / (h * total), 3),
  ]);
  const { value, interval, verdict, reason } = study.constant;
  return [
    `${head}; E ℓ of the flow ${number(study.flow)}`,
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
    orders([...LIMITS.map((name) => [name, study.orders[name]] as const), ['flow, less h C₁', study.remainder]]),
    `error / h as h → 0: ${number(value)} ${range(interval)}; predicted C₁ = ${number(total)}: ${said(verdict, reason)}`,
  ];
}

function diffusive(study: DiffusiveStudy, head: string): string[] {
  const { value, interval, verdict, reason, modified } = study.constant;
  return [
    `${head}; diffusive scaling: the limit is the leading SDE`,
    table(
      ['sub-layers', 'h', 'network − leading SDE', '− modified SDE'],
      study.levels.map(({ refinement, h, errors }) => [
        String(refinement),
        number(h, 3),
        withError(errors.leading),
        withError(errors.modified),
      ]),
    ),
    orders([
      ['leading', study.orders.leading],
      ['modified', study.orders.modified],
    ]),
    `error / h as h → 0: ${number(value)} ${range(interval)}; modified − leading: ${number(modified.value)} ${range(modified.interval)}: ${said(verdict, reason)}`,
  ];
}

const withError = ({ error, standardError }: ErrorPoint): string =>
  `${number(error)} ± ${number(2 * standardError, 2)}`;

const said = (verdict: ConstantVerdict['verdict'], reason: string): string =>
  verdict === 'agrees' ? 'agrees' : verdict === 'differs' ? 'does not agree' : `inconclusive: ${reason}`;

function orders(fits: readonly (readonly [string, OrderFit])[]): string {
  return table(
    ['error against', 'expected order', 'order', 'local slopes', 'constant', 'verdict'],
    fits.map(([name, fit]) => [
      name,
      String(fit.expected),
      `${fit.value.toFixed(2)} [${fit.interval.low.toFixed(2)}, ${fit.interval.high.toFixed(2)}]`,
      fit.localSlopes.map((slope) => slope.toFixed(2)).join(', '),
      `${number(fit.constant.value, 3)} ${range(fit.constant.interval)}`,
      fit.verdict,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
