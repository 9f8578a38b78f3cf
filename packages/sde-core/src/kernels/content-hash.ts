import { philoxInto } from '../randomness/philox.js';

/**
 * A 128-bit content hash of a text, as 32 hexadecimal digits: the same on every machine, and synchronous.
 *
 * Davies–Meyer over Philox4x32-10: state ← state ⊕ Philox(state; key = the next four code units), the length first. It
 * tells programs apart; it is no defense against forgery.
 */
export function contentHash(text: string): string {
  const state = Int32Array.of(0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344);
  const next = new Int32Array(4);
  const absorb = (first: number, second: number): void => {
    philoxInto(state[0], state[1], state[2], state[3], first, second, next);
    for (let i = 0; i < 4; i++) state[i] ^= next[i];
  };
  absorb(text.length, 0);
  const unit = (at: number): number => (at < text.length ? text.charCodeAt(at) : 0);
  for (let i = 0; i < text.length; i += 4) {
    absorb(unit(i) | (unit(i + 1) << 16), unit(i + 2) | (unit(i + 3) << 16));
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
