import { fields, list, requireShape, text } from 'sde-core/data';
import { escapeText } from '../drawing/escape-text.js';
import { escapeLatex } from './escape-latex.js';
import { escapeMarkdown } from './escape-markdown.js';

/** A table as words: where it is drawn, the first column is aligned left, the others right. */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const HEADED = fields({ title: text, header: list(text, 1) });

/** Refuses what is no table: other cells than texts, or rows of another length than the header. */
function requireTable(table: Table, name: string): void {
  const door = {
    what: 'not a table',
    where: `${name}(table)`,
    remedy: 'give { title, header, rows }: texts alone, and in each row as many as in the header',
  };
  requireShape(table, HEADED, door);
  const columns = table.header.length;
  requireShape(table, fields({ rows: list(list(text, columns, columns)) }), door);
}

/** For a terminal: columns padded with blanks. */
export function textTable(table: Table): string {
  requireTable(table, 'textTable');
  const { title, header, rows } = table;
  const widths = header.map((name, i) => Math.max(...[name, ...rows.map((row) => row[i])].map((cell) => width(cell))));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell + pad(cell, widths[i]) : pad(cell, widths[i]) + cell))
      .join('  ')
      .trimEnd();
  const rule = widths.map((w) => '─'.repeat(w)).join('  ');
  return [title, lineOf(header), rule, ...rows.map(lineOf)].join('\n');
}

/** For a document, as GitHub's Markdown has it: cells are text, whatever they hold. */
export function markdownTable(table: Table): string {
  requireTable(table, 'markdownTable');
  const { header, rows } = table;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '--:'));
  const [names, ...lines] = [header, ...rows].map((cells) => cells.map(escapeMarkdown));
  return [names, rule, ...lines].map(line).join('\n');
}

/** For the report. */
export function htmlTable(table: Table): string {
  requireTable(table, 'htmlTable');
  const { title, header, rows } = table;
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
export function latexTable(table: Table): string {
  requireTable(table, 'latexTable');
  const { title, header, rows } = table;
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
export function csvTable(table: Table): string {
  requireTable(table, 'csvTable');
  const { header, rows } = table;
  return [header, ...rows].map(csvLine).join('');
}

/** One line of comma-separated values: a text with a comma, a quote or a line end stands in quotes. @see [rfc4180] */
export const csvLine = (cells: readonly (string | number | boolean | undefined)[]): string =>
  `${cells.map((cell) => quoted(cell === undefined ? '' : String(cell))).join(',')}\r\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const pad = (cell: string, to: number): string => ' '.repeat(to - width(cell));

/** Combining marks take no room: F̄. */
const width = (cell: string): number => [...cell.replace(/\p{Mn}/gu, '')].length;
