import { escapeText } from '../drawing/escape-text.js';
import { escapeLatex } from './escape-latex.js';

/** A table as words: where it is drawn, the first column is aligned left, the others right. */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** For a terminal: columns padded with blanks. */
export function textTable({ title, header, rows }: Table): string {
  const widths = header.map((name, i) => Math.max(...[name, ...rows.map((row) => row[i])].map((cell) => width(cell))));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell + pad(cell, widths[i]) : pad(cell, widths[i]) + cell))
      .join('  ')
      .trimEnd();
  const rule = widths.map((w) => '─'.repeat(w)).join('  ');
  return [title, lineOf(header), rule, ...rows.map(lineOf)].join('\n');
}

/** For a document. */
export function markdownTable({ header, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '--:'));
  return [header, rule, ...rows].map(line).join('\n');
}

/** For the report. */
export function htmlTable({ title, header, rows }: Table): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return [
    '<div class="table"><table>',
    `<caption>${escapeText(title)}</caption>`,
    `<thead>${cells(header, 'th')}</thead>`,
    `<tbody>${rows.map((row) => cells(row, 'td')).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

/**
 * For a paper: a `tabular` of the package booktabs, with the title as its caption.
 *
 * Numbers stand in mathematics, with a true minus and powers of ten; all other text is escaped.
 *
 * @example
 * import { latexTable } from 'sde-plots';
 * const table = latexTable({ title: 'Errors of E|X|', header: ['h', 'error'], rows: [['1/8', '-1.2e-3']] });
 * table.includes('1/8 & $-1.2\\cdot10^{-3}$ \\\\'); // → true
 */
export function latexTable({ title, header, rows }: Table): string {
  const line = (cells: readonly string[]): string => `  ${cells.map(escapeLatex).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex(title)}}`,
    `\\begin{tabular}{l${'r'.repeat(Math.max(0, header.length - 1))}}`,
    '  \\toprule',
    line(header),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** For other programs: comma-separated values, lines ending in CR LF. @see [rfc4180] */
export function csvTable({ header, rows }: Table): string {
  return [header, ...rows].map(csvLine).join('');
}

/** One line of comma-separated values: a text with a comma, a quote or a line end stands in quotes. @see [rfc4180] */
export const csvLine = (cells: readonly (string | number | boolean | undefined)[]): string =>
  `${cells.map((cell) => quoted(cell === undefined ? '' : String(cell))).join(',')}\r\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const pad = (cell: string, to: number): string => ' '.repeat(to - width(cell));

/** Combining marks take no room: F̄. */
const width = (cell: string): number => [...cell.replace(/\p{Mn}/gu, '')].length;
