import type { ConstantFit, OrderStudy, StrongOrderStudy, Study, WorkPrecisionStudy } from 'sde-core';
import { belowFloor } from '../results/noise-floor.js';
import { requireStudy } from '../results/study-shape.js';
import { escapeMarkdown } from './escape-markdown.js';
import { studyTable } from './study-table.js';

/** A study as a Markdown table: a row a level, the local slopes, the verdict with its reason, and what the study warns of. */
export function markdown(study: Study): string {
  requireStudy(study, 'markdown(study)');
  return study.kind === 'work-precision-study' ? workTable(study) : orderTable(study);
}

/** A list of what a study warns of, after an empty line. */
function warningLines({ warnings }: Study): readonly string[] {
  if (warnings.length === 0) return [];
  return ['', ...warnings.map(({ kind, message }) => `- **Warning**, ${kind}: ${escapeMarkdown(message)}`)];
}

function workTable(study: WorkPrecisionStudy): string {
  const { functional, truth, tolerance, verdict, reason } = study;
  return [
    `**Work to |error| = ${tolerance}**, E ${escapeMarkdown(functional.name)} = ${truth}`,
    '',
    '| method | work a step | order | work | interval |',
    '|:---|---:|---:|---:|---:|',
    ...studyTable(study).rows.map(([name, ...cells]) => `| ${[escapeMarkdown(name), ...cells].join(' | ')} |`),
    '',
    `**${verdict}**: ${escapeMarkdown(reason)}.`,
    ...warningLines(study),
    '',
  ].join('\n');
}

function orderTable(study: OrderStudy | StrongOrderStudy): string {
  const { fit, levels } = study;
  const { header, rows } = studyTable(study);
  const { low, high } = fit.interval;
  const floor = belowFloor(levels);
  return [
    heading(study),
    '',
    `| ${header.join(' | ')} |`,
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
      return `**${escapeMarkdown(study.chain)}**, E ${escapeMarkdown(study.functional.name)} = ${study.truth}`;
    case 'strong-order-study':
      return `**${escapeMarkdown(study.scheme)}**, E (X_h − X_(h/2))² at T, of twice the strong order: ${study.order.toFixed(2)} in [${study.interval.low.toFixed(2)}, ${study.interval.high.toFixed(2)}]`;
    default:
      return study satisfies never;
  }
}
