import { requireLength, requireNumbers } from '../errors/at-the-door.js';

// The multipliers and the Weyl constants of the published generator [salmon2011].
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;
const M0_HIGH = M0 >>> 16;
const M0_LOW = M0 & 0xffff;
const M1_HIGH = M1 >>> 16;
const M1_LOW = M1 & 0xffff;

/**
 * Philox4x32-10 without allocation: writes the four words for one counter and key into `out`, as signed 32-bit integers.
 *
 * The upper half of each 32 × 32-bit product is put together from 16-bit halves, so every operation is exact on int32.
 */
export function philoxInto(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Int32Array,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    const low0 = x0 & 0xffff;
    const high0 = x0 >>> 16;
    const a0 = (Math.imul(high0, M0_LOW) + (Math.imul(low0, M0_LOW) >>> 16)) | 0;
    const b0 = (Math.imul(low0, M0_HIGH) + (a0 & 0xffff)) | 0;
    const upper0 = (Math.imul(high0, M0_HIGH) + (a0 >>> 16) + (b0 >>> 16)) | 0;

    const low2 = x2 & 0xffff;
    const high2 = x2 >>> 16;
    const a2 = (Math.imul(high2, M1_LOW) + (Math.imul(low2, M1_LOW) >>> 16)) | 0;
    const b2 = (Math.imul(low2, M1_HIGH) + (a2 & 0xffff)) | 0;
    const upper2 = (Math.imul(high2, M1_HIGH) + (a2 >>> 16) + (b2 >>> 16)) | 0;

    const lower0 = Math.imul(x0, M0);
    x0 = upper2 ^ x1 ^ key0;
    x1 = Math.imul(x2, M1);
    x2 = upper0 ^ x3 ^ key1;
    x3 = lower0;
    key0 = (key0 + W0) | 0;
    key1 = (key1 + W1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/**
 * The counter-based generator Philox4x32-10: four random words for a counter and a key.
 *
 * A bijection of the counter for each key; it has no state, so any word of any stream can be had at once.
 *
 * @param counter - Shape (4).
 * @param key - Shape (2).
 * @returns Shape (4).
 * @throws SdeError `shape` if an array has another length.
 * @see [salmon2011]
 *
 * @example
 * ```ts
 * import { philox4x32 } from 'sde-core';
 * philox4x32(new Uint32Array(4), new Uint32Array(2))[0].toString(16); // → 6627e8d5
 * ```
 */
export function philox4x32(counter: Uint32Array, key: Uint32Array): Uint32Array {
  requireNumbers(counter, 'philox4x32(counter, key)', 'give a counter of four 32-bit words');
  requireNumbers(key, 'philox4x32(counter, key)', 'give a key of two 32-bit words');
  requireLength(counter, 4, 'philox4x32(counter, key)', 'give a counter of four 32-bit words');
  requireLength(key, 2, 'philox4x32(counter, key)', 'give a key of two 32-bit words');
  const out = new Int32Array(4);
  philoxInto(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out);
  return new Uint32Array(out.buffer);
}
