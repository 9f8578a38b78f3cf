import { inOneGo, inTurns, requireNoSignal, type Work } from 'sde-core/turns';
import { atTheDoor } from './at-the-door.js';

/** What a long function may be told, if it is an object at all. */
const signalOf = (options: unknown): unknown => (options as { readonly signal?: unknown } | null | undefined)?.signal;

/** Whether it may be asked if it has aborted; what may not is refused with the other options. */
const isSignal = (signal: unknown): signal is AbortSignal =>
  typeof (signal as AbortSignal | null | undefined)?.aborted === 'boolean';

/** Refuses a signal in the options of what works in one go. */
export function requireDeaf(options: unknown, name: string): void {
  const signal = signalOf(options);
  if (isSignal(signal)) requireNoSignal(signal, name);
}

/** Does the work of the public function `name` in one go. It refuses a signal, which it would not hear. */
export function atOnce<Result>(name: string, options: unknown, work: (name: string) => Work<Result>): Result {
  requireDeaf(options, name);
  return atTheDoor(name, () => inOneGo(work(name)));
}

/** Does the work of the public function `name` in turns with what else waits on the thread, until the signal of its options aborts. */
export async function turnByTurn<Result>(
  name: string,
  options: unknown,
  work: (name: string) => Work<Result>,
): Promise<Result> {
  const signal = signalOf(options);
  try {
    return await inTurns(work(name), isSignal(signal) ? signal : undefined, `${name}(…, { signal })`);
  } catch (error) {
    const again = (): Result => {
      throw error;
    };
    return atTheDoor(name, again, name.replace(/Async$/, ''));
  }
}
