import { philox4x32, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { philoxInto } from '#sde-core/randomness/philox';

/** The generator as the paper writes it, in big integers. */
function reference(counter: readonly number[], key: readonly number[]): number[] {
  const MASK = 0xffff_ffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const p0 = x0 * 0xd2511f53n;
    const p1 = x2 * 0xcd9e8d57n;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & MASK, (p0 >> 32n) ^ x3 ^ k1, p0 & MASK];
    k0 = (k0 + 0x9e3779b9n) & MASK;
    k1 = (k1 + 0xbb67ae85n) & MASK;
  }
  return [x0, x1, x2, x3].map(Number);
}

describe('philox4x32', () => {
  it('multiplies exactly: it equals big-integer arithmetic where halves carry', () => {
    const edges = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffff0000, 0xffffffff, 0x12345678, 0xdeadbeef];
    for (const a of edges) {
      for (const b of edges) {
        const counter = [a, b, (a ^ b) >>> 0, (a + b) >>> 0];
        const key = [b, a];
        const got = philox4x32(Uint32Array.from(counter), Uint32Array.from(key));
        expect(Array.from(got)).toEqual(reference(counter, key));
      }
    }
  });

  it('writes the same words without allocating', () => {
    const out = new Int32Array(4);
    philoxInto(1, 2, 3, 4, 5, 6, out);
    expect(Uint32Array.from(out, (word) => word >>> 0)).toEqual(
      philox4x32(Uint32Array.of(1, 2, 3, 4), Uint32Array.of(5, 6)),
    );
  });

  it('refuses a counter or a key of another length', () => {
    expect(() => philox4x32(new Uint32Array(3), new Uint32Array(2))).toThrow(SdeError);
    expect(() => philox4x32(new Uint32Array(4), new Uint32Array(1))).toThrow(/shape \(2\)/);
  });
});
