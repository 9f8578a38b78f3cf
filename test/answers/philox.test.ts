import { philox4x32 } from 'sde-core';
import { describe, expect, it } from 'vitest';

// Random123's file of known answers, kat_vectors, lines `philox4x32 10 …`: counter, key, result.
const answers: readonly (readonly [string, string, string])[] = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
];

const words = (text: string): Uint32Array => Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));

describe('Philox4x32-10', () => {
  it.each(answers)('gives the published words for the counter %s', (counter, key, result) => {
    expect(philox4x32(words(counter), words(key))).toEqual(words(result));
  });
});
