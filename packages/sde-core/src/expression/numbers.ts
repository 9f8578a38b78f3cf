import type { Algebra } from './algebra.js';
import { multipliedOut } from './powers.js';

const truth = (condition: boolean): number => (condition ? 1 : 0);

const products = {
  constant: (value: number): number => value,
  multiply: (x: number, y: number): number => x * y,
  divide: (x: number, y: number): number => x / y,
  sqrt: Math.sqrt,
};

/** Real arithmetic in double precision: the reference that every compiled kernel agrees with, bit for bit. */
export const numbers: Algebra<number> = {
  constant: (value) => value,
  negate: (x) => -x,
  not: (x) => truth(x === 0),
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf: () => Number.NaN,
  normalCdf: () => Number.NaN,
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  power: (x, y) => multipliedOut(products, x, y) ?? x ** y,
  minimum: Math.min,
  maximum: Math.max,
  atan2: Math.atan2,
  less: (x, y) => truth(x < y),
  lessOrEqual: (x, y) => truth(x <= y),
  equal: (x, y) => truth(x === y),
  and: (x, y) => truth(x !== 0 && y !== 0),
  or: (x, y) => truth(x !== 0 || y !== 0),
  select: (condition, whenTrue, whenFalse) => (condition !== 0 ? whenTrue : whenFalse),
};
