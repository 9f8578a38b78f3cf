import { describe, expect, it } from 'vitest';
import { contentHash } from '#sde-core/kernels/content-hash';

describe('contentHash', () => {
  it('is 32 hexadecimal digits that do not change from version to version', () => {
    // Computed once by this very code: provenance of old results names them.
    expect(contentHash('')).toMatchInlineSnapshot(`"f342cdd7966c827efe0952c05c41d065"`);
    expect(contentHash('dX = 3/2 X dt + 1/10 X dW')).toMatchInlineSnapshot(`"1adb818fe405fdbd5ff597c18c07d1ee"`);
  });

  it('tells texts apart that differ by a character, by length or by padding', () => {
    const base = 'const v0 = x0;\n'.repeat(20);
    const texts = [
      '',
      '\0',
      '\0\0',
      'a',
      'a\0',
      '\0a',
      'ab',
      'ba',
      base,
      `${base} `,
      base.replace('v0', 'v1'),
      'Ā',
      'ā',
    ];
    for (let i = 0; i < 2000; i++) texts.push(`x${i}`);
    const hashes = texts.map(contentHash);
    expect(new Set(hashes).size).toBe(texts.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });
});
