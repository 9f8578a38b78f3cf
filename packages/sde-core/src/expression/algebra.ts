/** The functions of one variable that an expression may hold. */
export const UNARY = [
  'negate',
  'not',
  'abs',
  'sign',
  'sqrt',
  'cbrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'normalCdf',
] as const;

/** The functions of two variables. Comparisons and `and`, `or` give 1 or 0. */
export const BINARY = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'power',
  'minimum',
  'maximum',
  'atan2',
  'less',
  'lessOrEqual',
  'equal',
  'and',
  'or',
] as const;

export type Unary = (typeof UNARY)[number];
export type Binary = (typeof BINARY)[number];
export type Operation = Unary | Binary | 'select';

/**
 * Real arithmetic over any carrier: over `number` it computes, over {@link Node} it records.
 *
 * A scheme's step is written once against this and runs as the reference, or is traced and compiled.
 */
export type Algebra<V> = { readonly [U in Unary]: (x: V) => V } & { readonly [B in Binary]: (x: V, y: V) => V } & {
  constant(value: number): V;
  /** `whenTrue` where `condition` is not 0. Both branches are evaluated: a step branches on no value. */
  select(condition: V, whenTrue: V, whenFalse: V): V;
};
