/** What Node's `console.log` asks an object for; elsewhere nothing does. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The longest line that is printed of one object. */
const LONGEST = 500;

/** The object with methods that nothing sees which enumerates, copies or compares it, and which Node prints as one line. */
export function inspectedAs<T extends object, M extends object>(object: T, line: () => string, methods: M): T & M {
  const shown = (): string => {
    const text = line();
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  for (const [name, value] of [[INSPECT, shown] as const, ...Object.entries(methods)])
    Object.defineProperty(object, name, { value, enumerable: false });
  // Each of the methods was put there.
  return object as T & M;
}
