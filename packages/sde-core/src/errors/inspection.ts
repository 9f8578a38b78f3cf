/** What Node's `console.log` asks an object for; elsewhere nothing does. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The longest line that is printed of one object. */
const LONGEST = 500;

/** The object, which Node prints as one line; nothing that enumerates, copies, compares or writes it sees a difference. */
export function inspectedAs<T extends object>(object: T, line: () => string): T {
  const value = (): string => {
    const text = line();
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  return Object.defineProperty(object, INSPECT, { value, enumerable: false });
}
