import { SdeError } from '../errors/sde-error.js';

/**
 * How the 128 bits of a counter are spent. This is the one place that says so.
 *
 *     word 0, 1   path index, low and high 32 bits
 *     word 2      step block: step >> 1 for GAUSSIAN and UNIFORM, step >> 7 for SIGN
 *     word 3      lane: class of law in the top 8 bits, component of the step's noise in the lower 24
 *
 * One counter gives 128 bits:
 *
 *     GAUSSIAN    two 53-bit uniforms, by Box–Muller a pair of normals: cosine to the even step, sine to the odd one
 *     UNIFORM     two 53-bit uniforms, words 0, 1 to the even step, words 2, 3 to the odd one
 *     SIGN        the two-point variable of 128 steps, a bit each: step & 31 within word (step >> 5) & 3
 *     SEED        the state that a sequential generator starts a path from
 *     DERIVATION  the next key, in words 0, 1; counter words 0–2 hold the label
 *
 * So component j of a step's noise is a function of (key, path, step, j) and of its own law's class alone: neither the
 * number of components, nor the laws of the others, nor the number of steps changes it, and no word is used twice.
 */
export const LANE: {
  readonly GAUSSIAN: number;
  readonly UNIFORM: number;
  readonly SIGN: number;
  readonly SEED: number;
  readonly DERIVATION: number;
} = Object.freeze({
  GAUSSIAN: 0x00_000000,
  UNIFORM: 0x01_000000,
  SIGN: 0x02_000000,
  SEED: 0x03_000000,
  DERIVATION: 0xff_000000 | 0,
});

/** Components a step's noise can have. */
export const MOST_COMPONENTS: number = 2 ** 24;

/** The refusal of more. */
export const tooManyComponents = (size: number): SdeError =>
  new SdeError('value', {
    what: 'too many random variables a step',
    where: 'driver(laws)',
    expected: `at most ${MOST_COMPONENTS}`,
    got: String(size),
    remedy: 'take fewer noise components',
  });
