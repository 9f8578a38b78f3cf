import { expect, it } from 'vitest';
import { nextWord } from '#sde-core/randomness/xoshiro';

// The first words of xoshiro128++ 1.0 from the state 1, 2, 3, 4: the authors' C code, as the Rust port rand_xoshiro tests it.
const PUBLISHED = [
  641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
];

it('xoshiro128++ gives the published words', () => {
  const state = Int32Array.of(1, 2, 3, 4);
  expect(PUBLISHED.map(() => nextWord(state) >>> 0)).toEqual(PUBLISHED);
});
