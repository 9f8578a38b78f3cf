/** A check of data from outside: gives it back as what it is, or throws a ShapeError that names the place. Unknown and missing fields are refused. */
export type Shape<T> = (value: unknown, at: string) => T;

/** What a shape yields. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** Data that is not of its shape. */
export class ShapeError extends Error {
  constructor(at: string, expected: string) {
    super(`${at || 'the value'} is not ${expected}`);
    this.name = 'ShapeError';
  }
}

/** Lists are no longer. */
const LONGEST = 10_000_000;

export const number: Shape<number> = (value, at) => {
  if (typeof value !== 'number') throw new ShapeError(at, 'a number');
  return value;
};

export const count: Shape<number> = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new ShapeError(at, 'a whole number of at least 0');
  return value as number;
};

export const text: Shape<string> = (value, at) => {
  if (typeof value !== 'string') throw new ShapeError(at, 'text');
  return value;
};

export const truth: Shape<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new ShapeError(at, 'true or false');
  return value;
};

export const float64: Shape<Float64Array> = (value, at) => {
  if (!(value instanceof Float64Array)) throw new ShapeError(at, 'an array of doubles');
  return value;
};

export const float32: Shape<Float32Array> = (value, at) => {
  if (!(value instanceof Float32Array)) throw new ShapeError(at, 'an array of floats');
  return value;
};

export function word<const T extends string | number | boolean>(...known: readonly T[]): Shape<T> {
  return (value, at) => {
    const found = known.find((one) => one === value);
    if (found === undefined) throw new ShapeError(at, known.map((one) => JSON.stringify(one)).join(' or '));
    return found;
  };
}

export function list<T>(of: Shape<T>, length?: number): Shape<T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > LONGEST || (length !== undefined && value.length !== length)) {
      throw new ShapeError(at, length === undefined ? 'a list' : `a list of ${length}`);
    }
    return value.map((entry, i) => of(entry, `${at}[${i}]`));
  };
}

/** A field that may be missing. */
export interface Maybe<T> {
  readonly maybe: Shape<T>;
}

export const maybe = <T>(of: Shape<T>): Maybe<T> => ({ maybe: of });

type Fields = Readonly<Record<string, Shape<unknown> | Maybe<unknown>>>;
type Fielded<F extends Fields> = {
  [K in keyof F as F[K] extends Maybe<unknown> ? never : K]: F[K] extends Shape<infer T> ? T : never;
} & { [K in keyof F as F[K] extends Maybe<unknown> ? K : never]?: F[K] extends Maybe<infer T> ? T : never };

export function fields<F extends Fields>(of: F): Shape<Fielded<F>> {
  return (value, at) => {
    const given = plainObject(value, at);
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(of, key)) throw new ShapeError(`${at}.${key}`, 'a field that belongs here');
    }
    const entries: [string, unknown][] = [];
    // In the order in which they were given: it is that of the file that is written from them.
    for (const key of [...Object.keys(given), ...Object.keys(of).filter((one) => !Object.hasOwn(given, one))]) {
      const shape = of[key];
      if (typeof shape === 'function') entries.push([key, shape(given[key], `${at}.${key}`)]);
      else if (Object.hasOwn(given, key)) {
        entries.push([key, given[key] === undefined ? undefined : shape.maybe(given[key], `${at}.${key}`)]);
      }
    }
    // Every field went through its own check.
    return Object.fromEntries(entries) as Fielded<F>;
  };
}

/** Values of one shape by names that are not known. */
export function named<T>(of: Shape<T>): Shape<Record<string, T>> {
  return (value, at) =>
    Object.fromEntries(Object.entries(plainObject(value, at)).map(([key, entry]) => [key, of(entry, `${at}.${key}`)]));
}

/** The first shape that fits. */
export function either<T extends readonly Shape<unknown>[]>(...shapes: T): Shape<Shaped<T[number]>> {
  return (value, at) => {
    const reasons: string[] = [];
    for (const shape of shapes) {
      try {
        return shape(value, at) as Shaped<T[number]>; // of one of the shapes
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        reasons.push(error.message);
      }
    }
    throw new ShapeError(at, `any of ${shapes.length} kinds: ${reasons.join('; ')}`);
  };
}

/** Numbers, words, lists and objects of them to a depth: facts of a warning, provenance. */
export function facts(depth = 6): Shape<unknown> {
  return (value, at) => {
    if (value === null || value === undefined || ['number', 'string', 'boolean'].includes(typeof value)) return value;
    if (depth === 0) throw new ShapeError(at, 'as deep as facts are');
    if (Array.isArray(value)) return list(facts(depth - 1))(value, at);
    return named(facts(depth - 1))(value, at);
  };
}

function plainObject(value: unknown, at: string): Record<string, unknown> {
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!plain) throw new ShapeError(at, 'an object');
  return value as Record<string, unknown>; // checked in the line above
}
