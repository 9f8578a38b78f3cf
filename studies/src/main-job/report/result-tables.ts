import type { SmallNoiseStudy } from 'resnet-bridge';
import type { Table } from 'sde-plots';
import { stepLabel } from 'sde-plots/drawing';
import { fixed, interval, percent, withHalf } from '../../report/number.js';
import { LIMITS } from '../../report/palette.js';
import type { MainResult, NoiseResult, TwoDigits } from '../main-result.js';

/** Accuracy of every network on the test images, with the noise off and on. */
export function accuracyTable({ noises }: MainResult): Table {
  return {
    title: 'Accuracy on the test images',
    header: ['network trained with', 'noise off', 'noise on', 'images'],
    rows: noises.map(({ title, accuracy }) => [
      title,
      `${fixed(100 * accuracy.quiet, 2)} %`,
      `${fixed(100 * accuracy.noisy, 2)} %`,
      String(accuracy.images),
    ]),
  };
}

/** Measured weak error against each limit, and predicted, at every h. */
export function errorTable({ title, study }: NoiseResult, z: number): Table {
  const { euler, curvature, total } = study.predicted;
  return {
    title: `${title}: E ℓ(network) − E ℓ(limit) in nats, ${percent(study.orders.flow.interval.level)} intervals`,
    header: [
      'h',
      'against the flow',
      'against the leading SDE',
      'against the modified SDE',
      'h·euler',
      'h·curvature',
      'h·C₁',
      'flow / h·C₁',
    ],
    rows: study.levels.map(({ h, errors }) => [
      stepLabel(h),
      ...LIMITS.map(({ name }) => withHalf(errors[name].error, z * errors[name].standardError)),
      fixed(h * euler, 5),
      fixed(h * curvature, 5),
      fixed(h * total, 5),
      withHalf(errors.flow.error / (h * total), Math.abs((z * errors.flow.standardError) / (h * total))),
    ]),
  };
}

/** The order against each limit, of what C₁ leaves, and the verdicts. */
export function orderTable({ title, study }: NoiseResult): Table {
  return {
    title: `${title}: orders as h → 0`,
    header: ['error', 'local slopes', 'order', 'interval', 'expected', 'verdict'],
    rows: ordersOf(study).map(({ what, fit }) => [
      what,
      fit.localSlopes.map((slope) => fixed(slope, 2)).join('  '),
      fixed(fit.value, 2),
      interval(fit.interval, 2),
      String(fit.expected),
      fit.verdict,
    ]),
  };
}

/** Every order that a study gives a verdict on. */
export function ordersOf(
  study: SmallNoiseStudy,
): { readonly what: string; readonly fit: SmallNoiseStudy['remainder'] }[] {
  return [
    ...LIMITS.map(({ name }) => ({ what: name === 'flow' ? 'flow' : `${name} SDE`, fit: study.orders[name] })),
    { what: 'flow, less h·C₁', fit: study.remainder },
  ];
}

const CONSTANT = { agrees: 'agree', differs: 'differ', inconclusive: 'inconclusive' } as const;

/** The predicted constants and the measured one. */
export function constantTable({ noises }: MainResult): Table {
  return {
    title: 'C₁ in nats for each unit of h: predicted without sampling, and measured',
    header: ['noise', 'euler', 'curvature', 'C₁ predicted', 'C₁ measured', 'interval', ''],
    rows: noises.map(({ title, study: { predicted, constant } }) => [
      title,
      fixed(predicted.euler, 4),
      fixed(predicted.curvature, 4),
      fixed(predicted.total, 4),
      fixed(constant.value, 4),
      interval(constant.interval, 4),
      CONSTANT[constant.verdict],
    ]),
  };
}

/** E ℓ by enumeration, by the Kolmogorov equation and by Monte Carlo. */
export function waysTable({ classes, title, ways }: TwoDigits, z: number): Table {
  const { enumeration, kolmogorov, monteCarlo } = ways;
  const sampling = z * monteCarlo.standardError;
  return {
    title: `One number three ways: E ℓ in nats, digits ${classes.join(' and ')}, ${ways.states} test images, ${title}`,
    header: ['way', 'E ℓ', 'less the first', 'how'],
    rows: [
      [
        'enumeration of the network',
        fixed(enumeration.mean, 7),
        '',
        `${enumeration.networks} networks an image, exact`,
      ],
      [
        'Kolmogorov equation of the modified SDE',
        withHalf(kolmogorov.mean, kolmogorov.gridError),
        fixed(kolmogorov.mean - enumeration.mean, 7),
        `${kolmogorov.points[1]} × ${kolmogorov.points[1]} points; ± is of the grid`,
      ],
      [
        'Monte Carlo of the modified SDE',
        withHalf(monteCarlo.mean, sampling),
        fixed(monteCarlo.mean - enumeration.mean, 7),
        `${monteCarlo.paths} paths, ${monteCarlo.steps} steps of ${monteCarlo.scheme}; ± is of the sampling`,
      ],
    ],
  };
}

/** Network less equation, and equation less Monte Carlo, at finer and finer steps. */
export function waysLadder({ ways }: TwoDigits, z: number): Table {
  const { constant } = ways;
  const claimed =
    constant.verdict === 'settled'
      ? `Network less equation = constant · h², constant ${fixed(constant.value, 4)} ${interval(constant.interval, 4)}; `
      : `Network less equation: no constant of h² (${constant.reason}); `;
  return {
    title: `${claimed}equation and Monte Carlo ${ways.agree ? 'agree' : 'differ'}`,
    header: ['layers', 'h', 'network', 'equation', 'network − equation', '(…) / h²', 'equation − Monte Carlo'],
    rows: ways.levels.map(({ refinement, h, network, equation, difference, overHSquared, monteCarlo }) => [
      String(refinement * ways.depth),
      stepLabel(h),
      fixed(network, 7),
      fixed(equation, 7),
      fixed(difference, 7),
      fixed(overHSquared, 4),
      withHalf(equation - monteCarlo.mean, z * monteCarlo.standardError),
    ]),
  };
}
