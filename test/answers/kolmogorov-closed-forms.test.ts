import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { closedForms } from '#studies/closed-forms/cases';
import { accuracyTable } from '#studies/closed-forms/closed-form-tables';
import { type Ladder, ladder } from '#studies/closed-forms/ladder';
import { ROOT } from '../architecture/source-file.js';
import { agrees } from '../docs/shown-value.js';

// Errors are what is tested; no time is.
const ladders = closedForms().map((one): [string, Ladder] => [one.name, ladder(one, () => 0)]);

describe('closed forms', () => {
  test.each(ladders)('%s: order 2, and 1e-6 where it is extrapolated', (_, { exact, rungs, orders, extrapolated }) => {
    const errors = rungs.map(({ error }) => error.toExponential(3)).join(', ');
    expect(orders[1], `errors ${errors}`).toBeGreaterThan(1.9);
    expect(orders[1], `errors ${errors}`).toBeLessThan(2.1);
    expect(Math.abs(extrapolated[2].error / exact)).toBeLessThan(1e-6);
  });

  test('have names of their own', () => {
    expect(new Set(ladders.map(([name]) => name)).size).toBe(ladders.length);
  });

  test('docs/accuracy.md shows these numbers', () => {
    const document = readFileSync(join(ROOT, 'docs/accuracy.md'), 'utf8');
    // A formatter may pad the columns; a true minus is a minus.
    const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-{2,}/g, '-').replaceAll('−', '-');
    const shown = /^\| case +\|[\s\S]*?\n\n/m.exec(document)?.[0] ?? '';
    const computed = accuracyTable(ladders.map(([, made]) => made));
    expect(plain(shown).split('\n').length).toBe(computed.rows.length + 4);
    for (const [i, line] of plain(markdownTable(computed)).split('\n').entries()) {
      const written = plain(shown).split('\n')[i];
      // Computed numbers are rounded too: each may differ by one unit of its last digit.
      expect(agrees(written.replace(/\d+\.\d+(?:e-\d+)?/g, '$&…'), line), `${line}\n${written}`).toBe(true);
    }
  });
});
