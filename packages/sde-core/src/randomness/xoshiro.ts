/**
 * The next word of xoshiro128++ 1.0, signed: period 2¹²⁸ − 1, a few nanoseconds in JavaScript.
 *
 * @param state - Shape (4): not all 0; moved on.
 * @see [blackman2021]
 */
export function nextWord(state: Int32Array): number {
  const a = state[0];
  const b = state[1];
  const d = state[3];
  const sum = (a + d) | 0;
  const third = state[2] ^ a;
  const fourth = d ^ b;
  state[0] = a ^ fourth;
  state[1] = b ^ third;
  state[2] = third ^ (b << 9);
  state[3] = (fourth << 11) | (fourth >>> 21);
  return (((sum << 7) | (sum >>> 25)) + a) | 0;
}
