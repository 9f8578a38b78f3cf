import { escapeText } from './escape-text.js';

/** A table as words: the first column is aligned left, the others right. */
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

const pad = (cell: string, to: number): string => ' '.repeat(to - width(cell));

/** Combining marks take no room: F̄. */
const width = (cell: string): number => [...cell.replace(/\p{Mn}/gu, '')].length;
