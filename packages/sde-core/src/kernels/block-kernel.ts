import type { PairSource } from '../randomness/random-generator.js';
import type { Program } from './program.js';
import { readRepresentation } from './read-representation.js';
import { nativeWalk, representedWalk, type Walk } from './walk.js';

/**
 * Writes the functionals of paths first, …, first + count − 1 into `values`, functional k of path first + i into values[k][i]; NaN where the state at T is
 * not finite. Where the program names states that stay at or above 0, `below[i]` becomes 1 for paths that did not, and else 0.
 *
 * A pure function of its arguments: a block computed twice, or in parts, gives the same bits.
 */
export interface BlockKernel {
  (noise: PairSource, first: number, count: number, values: readonly Float64Array[], below: Uint8Array): void;
  /** How many there are. */
  readonly functionals: number;
  /** Whether the program asks for the values themselves. */
  readonly keepsValues: boolean;
}

/**
 * The kernel of a program. A traced one is checked first, wherever it comes from, and then compiled, or interpreted where no code can be made. Cost: one compilation.
 *
 * @throws SdeError `data` for a representation that is none.
 */
export function blockKernel(program: Program): BlockKernel {
  const keepsValues = program.keepsValues === true;
  if (program.kind === 'native') {
    const { functionals, antithetic } = program;
    return Object.assign(overPaths(nativeWalk(program), functionals.length, antithetic), {
      functionals: functionals.length,
      keepsValues,
    });
  }
  const representation = readRepresentation(program.representation);
  const functionals = representation.functionals.values.length;
  return Object.assign(overPaths(representedWalk(representation), functionals, representation.antithetic), {
    functionals,
    keepsValues,
  });
}

type OverPaths = (...given: Parameters<BlockKernel>) => void;

function overPaths(walk: Walk, functionals: number, antithetic: boolean): OverPaths {
  const one = new Float64Array(functionals);
  const mirrored = new Float64Array(functionals);
  return (noise, first, count, values, below) => {
    for (let i = 0; i < count; i++) {
      let under = walk(noise, first + i, 1, one);
      if (antithetic) {
        if (walk(noise, first + i, -1, mirrored)) under = true;
        for (let k = 0; k < functionals; k++) one[k] = (one[k] + mirrored[k]) / 2;
      }
      for (let k = 0; k < functionals; k++) values[k][i] = one[k];
      below[i] = under ? 1 : 0;
    }
  };
}
