import { readFileSync } from 'node:fs';
import { schemes } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { modifiedEquationsPage } from '#studies/certificates/modified-equations';

describe('docs/modified-equations.md', () => {
  const page = readFileSync(new URL('../../docs/modified-equations.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((text) => text.split('|').map((cell) => cell.trim()));
  const line = (name: string): string[] => rows.find((cells) => cells[1] === name) ?? [];

  it('is what the library finds', () => {
    expect(modifiedEquationsPage()).toBe(page);
    for (const { name } of schemes) expect(line(name), name).toHaveLength(12);
  });

  it('says what theory.md does of Euler–Maruyama and Milstein', () => {
    const [euler, milstein] = ['Euler–Maruyama', 'Milstein'].map(line);
    // Columns: '', scheme, order, then h and h² of each model.
    expect([3, 5, 7].map((column) => euler[column])).toEqual(['exists', 'exists', 'none: ∂³']);
    expect([3, 5, 7].map((column) => milstein[column])).toEqual(['exists', 'exists', 'exists']);
  });
});
