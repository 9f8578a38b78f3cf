import { markdownTable, type Table } from 'sde-plots';
import { png } from '../report/raster.js';
import type { RunFolder } from '../run-folder/run-folder.js';
import { closedFormFigure } from './closed-form-figure.js';
import type { ClosedFormStudy } from './closed-form-study.js';
import { accuracyTable, quantlibTable, timeTable } from './closed-form-tables.js';

/** The tables of a study, QuantLib's only where it ran. */
export function studyTables(study: ClosedFormStudy): readonly Table[] {
  const beside = quantlibTable(study);
  return [accuracyTable(study.rows), timeTable(study), ...(beside.rows.length > 0 ? [beside] : [])];
}

/** Writes a study as Markdown, CSV and a picture. */
export async function writeStudy(study: ClosedFormStudy, folder: RunFolder): Promise<void> {
  const { svg, caption } = closedFormFigure(study.rows);
  const tables = studyTables(study).map((table) => `${table.title}.\n\n${markdownTable(table)}`);
  const note = study.skipped ? [`skipped: ${study.skipped}`] : [];
  const text = ['# Closed forms', ...tables, ...note, `![${caption}](closed-forms.svg)`].join('\n\n');
  await folder.write('closed-forms.md', `${text}\n`);
  await folder.write('closed-forms.csv', csv(study));
  await folder.write('closed-forms.svg', svg);
  await folder.write('closed-forms.png', png(svg));
}

/** A line a solve, with every digit. */
export function csv({ rows }: ClosedFormStudy): string {
  const lines = rows.flatMap(({ name, exact, rungs, extrapolated, quantlib = [] }) =>
    Object.entries({ plain: rungs, extrapolated, quantlib }).flatMap(([method, solved]) =>
      solved.map(({ points, error, seconds }) =>
        [`"${name.replaceAll('"', '""')}"`, method, points, exact, error, seconds].join(','),
      ),
    ),
  );
  return ['case,method,points,exact,error,seconds', ...lines, ''].join('\n');
}
