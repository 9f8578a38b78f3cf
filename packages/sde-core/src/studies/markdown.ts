import { numbers } from '../expression/numbers.js';
import { normalQuantile } from '../numerics/distributions.js';
import type { ConstantFit } from './constant-fit.js';
import { belowFloor } from './noise-floor.js';
import { requireStudy } from './require-study.js';
import type { StrongOrderStudy } from './strong-order.js';
import type { Study } from './study.js';
import type { OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** A study as a Markdown table: a row a level, the local slopes, the verdict with its reason, and what the study warns of. */
export function markdown(study: Study): string {
  requireStudy(study, 'markdown(study)');
  return study.kind === 'work-precision-study' ? workTable(study) : orderTable(study);
}

/** A list of what a study warns of, after an empty line. */
function warningLines({ warnings }: Study): readonly string[] {
  if (warnings.length === 0) return [];
  return ['', ...warnings.map(({ kind, message }) => `- **Warning**, ${kind}: ${escaped(message)}`)];
}

function workTable(study: WorkPrecisionStudy): string {
  const { functional, truth, tolerance, rows, verdict, reason } = study;
  const works = rows.map(({ name, workPerStep, study, work, workInterval }) => {
    const interval = workInterval ? `${workInterval.low.toPrecision(3)}, ${workInterval.high.toPrecision(3)}` : '';
    return [
      escaped(name),
      workPerStep,
      `${study.fit.value.toFixed(2)} (${study.verdict})`,
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
    ...warningLines(study),
    '',
  ].join('\n');
}

function orderTable(study: OrderStudy | StrongOrderStudy): string {
  const { fit, levels } = study;
  const z = normalQuantile(0.5 + fit.interval.level / 2);
  const percent = `${Number((100 * fit.interval.level).toPrecision(3))} %`;
  const slopes = new Map(localPairs(study).map(({ steps, slope }) => [steps, slope]));
  const rows = levels.map(({ h, steps, error, standardError, resolved }) => {
    const half = standardError > 0 ? `± ${(z * standardError).toExponential(1)}` : resolved ? 'exact' : 'rounding';
    const slope = slopes.get(steps);
    return [steps, number(h), error.toExponential(4), half, slope === undefined ? '' : slope.toFixed(2)];
  });
  const { low, high } = fit.interval;
  const floor = belowFloor(levels);
  return [
    heading(study),
    '',
    `| steps | h | error | ${percent} | slope |`,
    '|---:|---:|---:|---:|---:|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `Order at h → 0: ${fit.value.toFixed(2)} in [${low.toFixed(2)}, ${high.toFixed(2)}], expected ${fit.expected}: **${study.verdict}**, ` +
      `${fit.reason}.`,
    ...(floor ? [floor] : []),
    ...(study.pathsNeeded ? [`It would take about ${Number(study.pathsNeeded.toPrecision(2))} paths a level.`] : []),
    constantLine(fit.constant),
    ...warningLines(study),
    '',
  ].join('\n');
}

function constantLine({ order, value, interval, verdict, reason }: ConstantFit): string {
  if (verdict === 'inconclusive') return `No constant of h^${order}: ${reason}.`;
  return `Error ≈ ${value.toPrecision(4)} h^${order} in [${interval.low.toPrecision(3)}, ${interval.high.toPrecision(3)}].`;
}

function heading(study: OrderStudy | StrongOrderStudy): string {
  switch (study.kind) {
    case 'order-study':
      return `**${escaped(study.chain)}**, E ${escaped(study.functional.name)} = ${study.truth}`;
    case 'strong-order-study':
      return `**${escaped(study.scheme)}**, E (X_h − X_(h/2))² at T, of twice the strong order: ${study.order.toFixed(2)} in [${study.interval.low.toFixed(2)}, ${study.interval.high.toFixed(2)}]`;
    default:
      return study satisfies never;
  }
}

/** The slope that ends at a level, where both of its ends were fitted. */
function localPairs({ levels }: OrderStudy | StrongOrderStudy): { steps: number; slope: number }[] {
  return levels.slice(1).flatMap((fine, i) => {
    const coarse = levels[i];
    const slope = numbers.log(fine.error / coarse.error) / numbers.log(fine.h / coarse.h);
    return Number.isFinite(slope) && fine.resolved && coarse.resolved ? [{ steps: fine.steps, slope }] : [];
  });
}

const number = (h: number): string => {
  const inverse = 1 / h;
  return Math.abs(inverse - Math.round(inverse)) < 1e-9 ? `1/${Math.round(inverse)}` : h.toPrecision(4);
};

const escaped = (text: string): string => text.replace(/[|*_<>`]/g, '\\$&');
