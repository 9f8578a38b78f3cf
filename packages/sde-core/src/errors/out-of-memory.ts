import { SdeError } from './sde-error.js';

/** How engines say that an array does not fit: V8, SpiderMonkey, JavaScriptCore. */
const ALLOCATION =
  /allocation failed|invalid (typed )?array(buffer)? length|length.*(too large|out of range)|out of memory/i;

/**
 * What was thrown, or, where it says that an array could not be allocated, what the caller can do about it; the engine's error is its cause.
 *
 * Nothing of the toolkit is left half done by it: what is kept between calls is complete before it is kept.
 */
export function orOutOfMemory(thrown: unknown, where: string): unknown {
  if (!(thrown instanceof RangeError) || !ALLOCATION.test(thrown.message)) return thrown;
  return new SdeError(
    'unsupported',
    {
      what: 'the memory for it is not there',
      where,
      expected: 'arrays that this process can allocate',
      got: thrown.message,
      remedy: 'ask for fewer points, steps or paths, keep less of the result, or give the process more memory',
    },
    { cause: thrown },
  );
}
