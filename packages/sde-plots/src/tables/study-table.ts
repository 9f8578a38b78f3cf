import type { OrderStudy, StrongOrderStudy, Study, WorkPrecisionStudy } from 'sde-core';
import { normalQuantile, numbers } from 'sde-core/numerics';
import type { Table } from './table.js';

/** The table of a study: a row a level with the local slopes, or a row a candidate. */
export function studyTable(study: Study): Table {
  return study.kind === 'work-precision-study' ? workTable(study) : orderTable(study);
}

function workTable({ functional, truth, tolerance, rows }: WorkPrecisionStudy): Table {
  return {
    title: `Work to |error| = ${tolerance}, E ${functional.name} = ${truth}`,
    header: ['method', 'work a step', 'order', 'work', 'interval'],
    rows: rows.map(({ name, workPerStep, study, work, workInterval }) => [
      name,
      String(workPerStep),
      `${study.fit.value.toFixed(2)} (${study.verdict})`,
      work?.toPrecision(4) ?? '',
      workInterval ? `${workInterval.low.toPrecision(3)}, ${workInterval.high.toPrecision(3)}` : '',
    ]),
  };
}

function orderTable(study: OrderStudy | StrongOrderStudy): Table {
  const { fit, levels } = study;
  const z = normalQuantile(0.5 + fit.interval.level / 2);
  const percent = `${Number((100 * fit.interval.level).toPrecision(3))} %`;
  const slopes = new Map(localPairs(study).map(({ steps, slope }) => [steps, slope]));
  return {
    title: study.kind === 'order-study' ? `${study.chain}, E ${study.functional.name} = ${study.truth}` : study.scheme,
    header: ['steps', 'h', 'error', percent, 'slope'],
    rows: levels.map(({ h, steps, error, standardError, resolved }) => {
      const half = standardError > 0 ? `± ${(z * standardError).toExponential(1)}` : resolved ? 'exact' : 'rounding';
      const slope = slopes.get(steps);
      return [String(steps), number(h), error.toExponential(4), half, slope === undefined ? '' : slope.toFixed(2)];
    }),
  };
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
