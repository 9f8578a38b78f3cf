import { csvTable, htmlTable, latexTable, markdownTable, type Table, textTable } from 'sde-plots';
import { describe, expect, it } from 'vitest';

const TABLES = { csvTable, htmlTable, latexTable, markdownTable, textTable };
const right: Table = { title: 'a', header: ['b', 'c'], rows: [['d', 'e']] };

const WRONG: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  'a number in a cell': { ...right, rows: [['d', 1]] },
  'a short row': { ...right, rows: [['d', 'e'], ['f']] },
  'a long row': { ...right, rows: [['d', 'e', 'f']] },
  'no rows': { title: 'a', header: ['b'] },
  'no header': { ...right, header: [], rows: [] },
  'a title that is no text': { ...right, title: 1 },
};

describe.each(Object.entries(TABLES))('%s', (name, table) => {
  it.each(Object.entries(WRONG))('refuses %s', (_, wrong) => {
    expect(table(right)).toContain('d');
    expect(() => table(wrong as Table)).toThrow(
      expect.objectContaining({
        name: 'SdeError',
        details: expect.objectContaining({ where: expect.stringContaining(`${name}(table)`) }),
      }),
    );
  });
});

describe('markdownTable', () => {
  it.each([
    ['two\nlines\r\nand\u2028more', 'two lines and more'],
    ['a|b', 'a\\|b'],
    ['a\\|b', 'a\\\\\\|b'],
    ['<script>&amp;', '&lt;script>&amp;amp;'],
    ['*b* _c_ `d` ~~e~~ $f$', '\\*b\\* \\_c\\_ \\`d\\` \\~\\~e\\~\\~ \\$f\\$'],
    ['[a](javascript:b)', '[a]\\(javascript:b)'],
    ['Euler–Maruyama, two-point: −1.25e-3 ± 2 in [0.9, 1.1], 1/8, h^2', ''],
  ])('%j', (cell, escaped) => {
    const lines = markdownTable({ title: '', header: [cell, 'x'], rows: [['y', cell]] }).split('\n');
    const shown = escaped || cell;
    expect(lines).toEqual([`| ${shown} | x |`, '| --- | --: |', `| y | ${shown} |`]);
  });
});
