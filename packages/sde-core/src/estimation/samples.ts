import type { NdArray } from 'ndarray';
import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import type { Program } from '../kernels/program.js';
import { stridedArray } from '../numerics/strided-array.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { program } from '../paths/program.js';
import { type Key, requireKey } from '../randomness/key.js';
import { requireRun } from './arguments.js';
import type { Functional } from './functional.js';
import { type Functionals, membersOf, named } from './members.js';

/** Which paths, and where they are computed. */
export interface SamplesOptions {
  readonly paths: number;
  readonly key: Key;
  /** Of all functionals together. Default 2²⁸. */
  readonly maxBytes?: number;
  /** Default a pool of `workers()` that all such calls share for a program that is traced, else `inline()`. A backend given stays open. */
  readonly backend?: Backend;
  /** Called after each block. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

/** A quarter of a gibibyte. */
const MOST_BYTES = 2 ** 28;

/**
 * The values of a functional on the paths 0, 1, …, in their order: what a histogram or a distribution function is made of. Shape (paths).
 *
 * With an object of functionals an object of arrays, all from the same paths. The paths are those of {@link expectation} under the same key, and of any number of threads.
 * A value that is not finite stands where it is, as NaN or ±∞; NaN for a path that left the finite numbers. Memory: 8 bytes a value, refused above `maxBytes`. Cost: paths × steps.
 *
 * @throws SdeError `value` for options out of range, or for more bytes than `maxBytes`: nothing is allocated then; `unsupported` for a backend that keeps no values; `cancelled`
 * when the signal aborts.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, inline, key, problem, samples, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const x = await samples(chain, terminal('x'), { paths: 5000, key: key(1), backend: inline() });
 * x.shape; // → [ 5000 ]
 * const sorted = Float64Array.from(x.data).sort();
 * // The median of X_1, which is Gaussian with mean 0.9^10.
 * Math.abs(sorted[2500] - 0.9 ** 10) < 0.05; // → true
 * ```
 */
export function samples<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: SamplesOptions,
): Promise<{ readonly [Name in keyof Of]: NdArray<Float64Array> }>;
export function samples(chain: Chain, functional: Functional, options: SamplesOptions): Promise<NdArray<Float64Array>>;
export async function samples(
  chain: Chain,
  functionals: Functional | Functionals,
  options: SamplesOptions,
): Promise<unknown> {
  requireChain(chain, 'samples(chain, functional)');
  const members = membersOf(functionals, 'samples(chain, functional)');
  const { paths, key, signal, onProgress, backend: given } = requireOptions(options, members.names.length);
  const kept = keepingValues(
    program(
      chain,
      members.functionals.map((functional) => functional.on(chain)),
    ),
  );
  const backend = given ?? (kept.kind === 'traced' ? sharedWorkers() : inline());
  const all = members.names.map(() => new Float64Array(paths));
  let done = 0;
  try {
    const prepared = await backend.prepare(kept, signal);
    const blocks = { first: 0, count: Math.ceil(paths / BLOCK_SIZE), paths };
    for await (const { block, values } of backend.run(prepared, { blocks, key }, signal)) {
      if (values?.length !== all.length) throw notKept(backend);
      values.forEach((of, k) => {
        all[k].set(of, block * BLOCK_SIZE);
      });
      done += values[0].length;
      onProgress?.({ done, of: paths });
    }
  } finally {
    if (!given) await backend.close();
  }
  return named(
    members,
    all.map((values) => stridedArray(values, [paths])),
  );
}

/** A program that says of each block its values too, under a hash of its own: what holds programs by their hashes is not to mistake it. */
const keepingValues = (of: Program): Program => ({ ...of, keepsValues: true, hash: `${of.hash}-values` });

function requireOptions(options: SamplesOptions, functionals: number): SamplesOptions {
  const where = (field: string): string => `samples(chain, functional, { ${field} })`;
  requireKeys<SamplesOptions>(
    options ?? null,
    { paths: true, key: true, maxBytes: true, backend: true, onProgress: true, signal: true },
    'samples(chain, functional, options)',
    { mostBytes: 'maxBytes', seed: 'key: key(seed)', threads: 'backend: workers({ threads })', samples: 'paths' },
  );
  const { paths, key, maxBytes = MOST_BYTES } = options;
  requireInteger(paths, 1, where('paths'), 'compute at least one path');
  requireKey(key, where('key'));
  requireRun(options, where);
  if (!(typeof maxBytes === 'number' && maxBytes > 0)) {
    throw new SdeError('value', {
      what: 'not a number of bytes',
      where: where('maxBytes'),
      expected: 'a number > 0',
      got: describe(maxBytes),
      remedy: 'leave it out for 2²⁸',
    });
  }
  const bytes = paths * functionals * Float64Array.BYTES_PER_ELEMENT;
  if (bytes <= maxBytes) return options;
  throw new SdeError('value', {
    what: 'more samples than memory was set aside for',
    where: where('paths, maxBytes'),
    expected: `at most ${describe(maxBytes)} bytes`,
    got: `${paths} values of ${functionals} functional${functionals === 1 ? '' : 's'}, ${bytes} bytes`,
    remedy:
      'take fewer paths, or raise maxBytes; for means expectation(…), and for quantiles over time timeSummary(…), need no more memory for more paths',
  });
}

const notKept = (backend: Backend): SdeError =>
  new SdeError('unsupported', {
    what: 'a backend that gives moments only',
    where: 'samples(chain, functional, { backend })',
    expected: 'one whose summaries have the values of a program that keeps them, such as inline() or workers()',
    got: describe(backend.name),
    remedy: 'leave it out',
  });
