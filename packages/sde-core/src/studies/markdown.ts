import { normalQuantile } from '../numerics/distributions.js';
import { belowFloor } from './noise-floor.js';
import type { StrongOrderStudy } from './strong-order.js';
import type { Study } from './study.js';
import type { OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** A study as a Markdown table: a row a level, the local slopes, and the verdict with its reason. */
export function markdown(study: Study): string {
  return study.kind === 'work-precision-study' ? workTable(study) : orderTable(study);
}

function workTable({ functional, truth, tolerance, rows, verdict, reason }: WorkPrecisionStudy): string {
  const works = rows.map(({ name, workPerStep, study, work, workInterval }) => {
    const interval = workInterval ? workInterval.map((end) => end.toPrecision(3)).join(', ') : '';
    return [
      escaped(name),
      workPerStep,
      `${study.fit.order.toFixed(2)} (${study.verdict})`,
      work?.toPrecision(4) ?? '',
      interval,
    ];
  });
  return [
    `**Work to |error| = ${tolerance}**, E ${escaped(functional.name)} = ${truth}`,
    '',
    '| method | work a step | order | work | interval |',
    '|:---|---:|---:|---:|---:|',
    ...works.map((row) => `| ${row.join(' | ')} |`),
    '',
    `**${verdict}**: ${escaped(reason)}.`,
    '',
  ].join('\n');
}

function orderTable(study: OrderStudy | StrongOrderStudy): string {
  const { fit, levels } = study;
  const z = normalQuantile(0.5 + fit.confidence / 2);
  const percent = `${Number((100 * fit.confidence).toPrecision(3))} %`;
  const slopes = new Map(localPairs(study).map(({ steps, slope }) => [steps, slope]));
  const rows = levels.map(({ h, steps, error, standardError, resolved }) => {
    const half = standardError > 0 ? `± ${(z * standardError).toExponential(1)}` : resolved ? 'exact' : 'rounding';
    const slope = slopes.get(steps);
    return [steps, number(h), error.toExponential(4), half, slope === undefined ? '' : slope.toFixed(2)];
  });
  const [low, high] = fit.interval;
  const floor = belowFloor(levels);
  return [
    heading(study),
    '',
    `| steps | h | error | ${percent} | slope |`,
    '|---:|---:|---:|---:|---:|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `Order at h → 0: ${fit.order.toFixed(2)} in [${low.toFixed(2)}, ${high.toFixed(2)}], expected ${fit.expected}: **${study.verdict}**, ` +
      `${fit.reason}.`,
    ...(floor ? [floor] : []),
    ...(study.pathsNeeded ? [`It would take about ${Number(study.pathsNeeded.toPrecision(2))} paths a level.`] : []),
    `Error ≈ ${fit.constant.toPrecision(4)} h^${fit.expected} in [${fit.constantInterval.map((c) => c.toPrecision(3)).join(', ')}].`,
    '',
  ].join('\n');
}

function heading(study: OrderStudy | StrongOrderStudy): string {
  switch (study.kind) {
    case 'order-study':
      return `**${escaped(study.chain)}**, E ${escaped(study.functional.name)} = ${study.truth}`;
    case 'strong-order-study':
      return `**${escaped(study.scheme)}**, E (X_h − X_(h/2))² at T, of twice the strong order: ${study.order.toFixed(2)} in [${study.interval.map((end) => end.toFixed(2)).join(', ')}]`;
    default:
      return study satisfies never;
  }
}

/** The slope that ends at a level, where both of its ends were fitted. */
function localPairs({ levels }: OrderStudy | StrongOrderStudy): { steps: number; slope: number }[] {
  return levels.slice(1).flatMap((fine, i) => {
    const coarse = levels[i];
    const slope = Math.log(fine.error / coarse.error) / Math.log(fine.h / coarse.h);
    return Number.isFinite(slope) && fine.resolved && coarse.resolved ? [{ steps: fine.steps, slope }] : [];
  });
}

const number = (h: number): string => {
  const inverse = 1 / h;
  return Math.abs(inverse - Math.round(inverse)) < 1e-9 ? `1/${Math.round(inverse)}` : h.toPrecision(4);
};

const escaped = (text: string): string => text.replace(/[|*_<>`]/g, '\\$&');
