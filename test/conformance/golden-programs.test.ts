import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRepresentation } from '#sde-core/kernels/read-representation';
import { REPRESENTATION_VERSION, representationHash } from '#sde-core/kernels/representation';
import { representedWalk } from '#sde-core/kernels/walk';
import { bitsOf, type GoldenProgram, LOWERINGS, madeAgain } from './golden-programs.js';

// A program that was saved gives the same bits in every later version, or the version number in it changes. Only then are they written again,
// with GOLDEN=write.
const file = new URL('golden-programs.json', import.meta.url);
if (process.env.GOLDEN === 'write') {
  const golden = madeAgain().map(
    ([name, representation]): GoldenProgram => ({
      name,
      representation,
      hash: representationHash(representation),
      bits: bitsOf(representation, representedWalk(representation)),
    }),
  );
  writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
}
const golden: readonly GoldenProgram[] = JSON.parse(readFileSync(file, 'utf8'));

describe('programs that were saved', () => {
  it('are of every kind', () => {
    expect(golden.map(({ name }) => name)).toEqual(madeAgain().map(([name]) => name));
    const kinds = new Set(golden.flatMap((each) => each.representation.step.instructions.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(['before', 'constant', 'noise', 'operation', 'state', 'time']);
  });

  describe.each(golden)('$name', ({ representation, hash, bits }) => {
    it('is read as it was written, and has its hash', () => {
      expect(representation.version).toBe(REPRESENTATION_VERSION);
      expect(readRepresentation(representation)).toEqual(representation);
      expect(representationHash(representation)).toBe(hash);
    });

    it.each(LOWERINGS)('gives the same bits, %s', (_, lower) => {
      expect(bitsOf(representation, lower(readRepresentation(representation)))).toBe(bits);
    });
  });

  it('are plain data when they are made', () => {
    for (const [, representation] of madeAgain()) {
      expect(JSON.parse(JSON.stringify(representation))).toEqual(representation);
      expect(readRepresentation(structuredClone(representation))).toEqual(representation);
    }
  });
});
