// Allocations that fail, one after another, while something is computed.

const ARRAYS = ['Float64Array', 'Int32Array', 'Uint8Array', 'Int8Array', 'Int16Array'] as const;
const engine = Object.fromEntries(ARRAYS.map((name) => [name, globalThis[name]]));

/** Counts the arrays that are made, and lets the one of that number fail as V8 does. */
function failing(fails: number): { readonly count: () => number } {
  let made = 0;
  for (const name of ARRAYS) {
    const construct = (target: new (...given: unknown[]) => object, given: unknown[], newTarget: unknown): object => {
      if (made++ === fails) throw new RangeError('Array buffer allocation failed');
      return Reflect.construct(target, given, newTarget === proxy ? target : (newTarget as never));
    };
    const proxy = new Proxy(engine[name], { construct } as ProxyHandler<never>);
    Object.assign(globalThis, { [name]: proxy });
  }
  return { count: () => made };
}

/** Puts the engine's arrays back. */
export function mended(): void {
  Object.assign(globalThis, engine);
}

/** What a call throws while the array of that number, of those that it makes, cannot be allocated; and how many it made. */
export async function outcome(call: () => unknown, fails: number): Promise<{ thrown?: unknown; made: number }> {
  const { count } = failing(fails);
  try {
    await call();
    return { made: count() };
  } catch (thrown) {
    return { thrown, made: count() };
  } finally {
    mended();
  }
}

/** All numbers of a result, in the order of its keys. */
export function numbersOf(result: unknown, seen = new Set<unknown>()): number[] {
  if (typeof result === 'number') return [result];
  if (typeof result !== 'object' || result === null || seen.has(result)) return [];
  seen.add(result);
  if (ArrayBuffer.isView(result)) return Array.from(result as Float64Array);
  return Object.keys(result).flatMap((key) => numbersOf((result as Record<string, unknown>)[key], seen));
}
