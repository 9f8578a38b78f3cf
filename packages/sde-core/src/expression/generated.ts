import { codeGeneration } from '../numerics/code-generation.js';
import { numbers } from './numbers.js';

/**
 * The function that generated JavaScript returns or, where no code may be made, the interpreter of the same instructions.
 *
 * The only place where text becomes code. The emitters of `expression` and `kernels` write it, of checked numbers and places alone.
 *
 * @param source - The body of a function of `runtime`.
 * @param runtime - What the code is handed beside `numbers`.
 */
export function generated<F>(
  source: () => string,
  interpreted: () => F,
  runtime: Readonly<Record<string, unknown>> = {},
): F {
  if (codeGeneration() === 'interpreted') return interpreted();
  // The emitter wrote a function of this very type.
  return new Function('runtime', `"use strict";\n${source()}`)({ ...runtime, numbers }) as F;
}
