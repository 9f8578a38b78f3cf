import type { Law } from './law.js';

/** Writes the noise of steps 2·pair and 2·pair + 1 of one path, shape (2, size). */
export type PairSource = (path: number, pair: number, out: Float64Array) => void;

/** How random numbers are made of a key. Whichever it is, a number is a function of (key, path, step, component) and the laws. */
export interface RandomGenerator {
  readonly name: string;
  /** A key of references.bib. */
  readonly citation: string;
  /**
   * `random`: any step costs the same, and a component is a function of its own law alone. `sequential`: a path's steps are cheap in order,
   * from 0; step n by itself costs n steps, and what a component is depends on the laws beside it.
   */
  readonly access: 'random' | 'sequential';
  /**
   * The noise of a driver, two steps at a time; the numbers are the same in any order of calls.
   *
   * @param laws - Shape (size), the laws of the driver.
   * @param words - Shape (2), the key.
   * @throws SdeError `value` if there are more than 2²⁴ laws.
   */
  source(laws: readonly Law[], words: readonly [number, number]): PairSource;
}
