import { certify, schemes, sra1 } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { certifiedSchemes, summaryTable } from '#studies/certificates/certificates';

describe('the table of certificates', () => {
  it('is of every scheme, and of the factories that need something of a model', () => {
    const names = certifiedSchemes().map(({ scheme }) => scheme.name);
    for (const scheme of schemes) expect(names).toContain(scheme.name);
    expect(names).toContain('BAOAB');
    expect(names).toContain('exponential Euler');
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a line a scheme, with declared and measured orders to two decimals', () => {
    const lines = summaryTable([[sra1, certify(sra1)]]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('| SRA1 | Itô | additive | 2 | 2.00 | 1.5 | 1.50 | confirmed | roessler2010 |');
  });
});
