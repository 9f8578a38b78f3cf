import type { StrongOrderStudy, Study, WorkPrecisionStudy } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import type { ErrorPlotOptions } from '../results/error-series.js';
import { requireStudy } from '../results/study-shape.js';
import { drawErrors } from './plot-errors.js';

/** A study drawn: its errors with intervals, the line of its fitted constant, and reference slopes; SVG. Levels that are not told from 0 are pale. */
export async function plot(study: Study): Promise<string> {
  requireStudy(study, 'plot(study)');
  return drawErrors(picture(study), 'plot(study)');
}

function picture(study: Study): ErrorPlotOptions {
  if (study.kind === 'work-precision-study') return workPicture(study);
  if (study.kind === 'strong-order-study') return strongPicture(study);
  const { chain, functional, fit, levels, verdict } = study;
  const label = `E ${functional.name}: ${verdict}, order ${fit.value.toFixed(2)}`;
  return {
    series: [{ label, points: levels, predicted: { constant: fit.constant.value, order: fit.expected } }],
    slopes: [...new Set([1, 2, fit.expected])],
    title: `Weak error of ${chain.replace(/, \d+ steps?$/, '')}`,
    confidence: fit.interval.level,
  };
}

/** Roots of the mean squares, whose order is the strong one; their bars to first order. */
function strongPicture({ scheme, levels, fit, order, verdict }: StrongOrderStudy): ErrorPlotOptions {
  const points = levels.map(({ h, error, standardError, resolved }) => {
    const root = Math.sqrt(error);
    return { h, error: root, standardError: root > 0 ? standardError / (2 * root) : 0, resolved };
  });
  const predicted = { constant: Math.sqrt(Math.abs(fit.constant.value)), order: fit.expected / 2 };
  return {
    series: [{ label: `${verdict}, strong order ${order.toFixed(2)}`, points, predicted }],
    slopes: [...new Set([1 / 2, 1, fit.expected / 2])],
    title: `Strong error of ${scheme}`,
    yLabel: '√ E |X_h − X_(h/2)|²',
    confidence: fit.interval.level,
  };
}

/** Errors over the work of a path: its steps times the work of each. */
function workPicture({ rows, functional, tolerance, verdict, cheapest }: WorkPrecisionStudy): ErrorPlotOptions {
  const series = rows.map(({ name, workPerStep, study }) => {
    const points = study.levels.map(({ steps, ...level }) => ({ ...level, h: workPerStep * steps }));
    const { h, steps } = study.levels[0];
    const { constant, expected } = study.fit;
    const predicted = { constant: constant.value * numbers.power(h * steps * workPerStep, expected), order: -expected };
    return { label: name, points, predicted };
  });
  return {
    series,
    title: `Work to a weak error of E ${functional.name}: ${cheapest ? `least with ${cheapest}` : verdict}`,
    xLabel: 'work of a path (operations)',
    xTicks: 'round',
    tolerance,
    confidence: rows[0].study.fit.interval.level,
  };
}
