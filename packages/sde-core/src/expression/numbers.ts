import * as elementary from '../numerics/elementary.js';
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
  cbrt: elementary.cbrt,
  exp: elementary.exp,
  expm1: elementary.expm1,
  log: elementary.log,
  log1p: elementary.log1p,
  sin: elementary.sin,
  cos: elementary.cos,
  tan: elementary.tan,
  asin: elementary.asin,
  acos: elementary.acos,
  atan: elementary.atan,
  sinh: elementary.sinh,
  cosh: elementary.cosh,
  tanh: elementary.tanh,
  asinh: elementary.asinh,
  acosh: elementary.acosh,
  atanh: elementary.atanh,
  erf: elementary.erf,
  normalCdf: elementary.normalCdf,
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  power: (x, y) => multipliedOut(products, x, y) ?? elementary.power(x, y),
  minimum: Math.min,
  maximum: Math.max,
  atan2: elementary.atan2,
  less: (x, y) => truth(x < y),
  lessOrEqual: (x, y) => truth(x <= y),
  equal: (x, y) => truth(x === y),
  and: (x, y) => truth(x !== 0 && y !== 0),
  or: (x, y) => truth(x !== 0 || y !== 0),
  select: (condition, whenTrue, whenFalse) => (condition !== 0 ? whenTrue : whenFalse),
};
