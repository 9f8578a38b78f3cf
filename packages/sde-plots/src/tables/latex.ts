import type { Study } from 'sde-core';
import { requireStudy } from '../results/study-shape.js';
import { escapeLatex } from './escape-latex.js';
import { studyTable } from './study-table.js';
import { latexTable } from './table.js';

/** A study as a LaTeX table of the package booktabs: the rows of `markdown`, below them what the study says of its order, and what it warns of. */
export function latex(study: Study): string {
  requireStudy(study, 'latex(study)');
  const table = latexTable(studyTable(study));
  const said =
    study.kind === 'work-precision-study'
      ? `${study.verdict}: ${study.reason}.`
      : `Order at h → 0: ${study.fit.value.toFixed(2)} in [${study.fit.interval.low.toFixed(2)}, ${study.fit.interval.high.toFixed(2)}], expected ${study.fit.expected}: ${study.verdict}, ${study.fit.reason}.`;
  const warned = study.warnings.map(({ kind, message }) => `Warning, ${kind}: ${message}`);
  const notes = [said, ...warned].map((note) => `\\par\\smallskip\\footnotesize ${escapeLatex(note)}`);
  return table.replace('\\end{table}', () => [...notes, '\\end{table}'].join('\n'));
}
