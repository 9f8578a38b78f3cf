import type { Operation } from './algebra.js';

/** What values a node may take, as bits: negative, zero, positive, and infinite where all symbols are finite. NaN and overflow are left out. */
export type Range = number;

export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const INFINITE = 8;
const ANY_SIGN = NEGATIVE | ZERO | POSITIVE;

/** Of a symbol: any finite number. */
export const FINITE: Range = ANY_SIGN;

/** Of a constant. */
export function rangeOfConstant(value: number): Range {
  if (Number.isNaN(value)) return ANY_SIGN | INFINITE;
  const sign = value < 0 ? NEGATIVE : value > 0 ? POSITIVE : ZERO;
  return sign | (Number.isFinite(value) ? 0 : INFINITE);
}

/** Of an operation, from the ranges of its operands: a superset of what it takes. */
export function rangeOf(operation: Operation, operands: readonly { readonly range: Range }[]): Range {
  const [x, y = 0, z = 0] = operands.map((operand) => operand.range);
  const infinite = (x | y | z) & INFINITE;
  switch (operation) {
    case 'negate':
      return opposite(x);
    case 'not':
    case 'less':
    case 'lessOrEqual':
    case 'equal':
    case 'and':
    case 'or':
    case 'acos':
    case 'normalCdf':
      return ZERO | POSITIVE;
    case 'abs':
      return (x & ~NEGATIVE) | (x & NEGATIVE ? POSITIVE : 0);
    case 'sqrt':
      return x & ~NEGATIVE;
    case 'cbrt':
    case 'sinh':
    case 'asinh':
    case 'expm1':
      return x;
    case 'sign':
    case 'atan':
    case 'tanh':
    case 'erf':
    case 'asin':
      return x & ANY_SIGN;
    case 'sin':
    case 'cos':
    case 'tan':
    case 'atan2':
      return ANY_SIGN;
    case 'exp':
      return POSITIVE | (infinite ? ZERO | INFINITE : 0);
    case 'cosh':
      return POSITIVE | infinite;
    case 'acosh':
      return ZERO | POSITIVE | infinite;
    case 'log':
      return ANY_SIGN | infinite | (x & ZERO ? INFINITE : 0);
    case 'log1p':
      return x | (x & NEGATIVE ? INFINITE : 0);
    case 'atanh':
      return x | INFINITE;
    case 'add':
      return sum(x, y);
    case 'subtract':
      return sum(x, opposite(y));
    case 'multiply':
      return operands[0] === operands[1] ? product(x, y) & ~NEGATIVE : product(x, y);
    case 'divide':
      return product(x, y & ~ZERO) | (x & ZERO) | (y & ZERO ? INFINITE : 0) | (y & INFINITE ? ZERO : 0);
    case 'power':
      return power(x, y);
    case 'minimum':
      return opposite(largest(opposite(x), opposite(y)));
    case 'maximum':
      return largest(x, y);
    case 'select':
      return y | z;
    default:
      return operation satisfies never;
  }
}

const opposite = (x: Range): Range =>
  (x & (ZERO | INFINITE)) | (x & NEGATIVE ? POSITIVE : 0) | (x & POSITIVE ? NEGATIVE : 0);

function sum(x: Range, y: Range): Range {
  const either = (x | y) & (NEGATIVE | POSITIVE | INFINITE);
  const cancels = (x & NEGATIVE && y & POSITIVE) || (x & POSITIVE && y & NEGATIVE) || x & y & ZERO;
  return either | (cancels ? ZERO : 0);
}

function product(x: Range, y: Range): Range {
  const like = (x & NEGATIVE && y & NEGATIVE) || (x & POSITIVE && y & POSITIVE);
  const unlike = (x & NEGATIVE && y & POSITIVE) || (x & POSITIVE && y & NEGATIVE);
  return (like ? POSITIVE : 0) | (unlike ? NEGATIVE : 0) | ((x | y) & (ZERO | INFINITE));
}

function power(x: Range, y: Range): Range {
  const pole = x & ZERO && y & NEGATIVE ? INFINITE : 0;
  const vanishes = (x & ZERO && y & POSITIVE) || (x | y) & INFINITE ? ZERO : 0;
  return POSITIVE | (x & NEGATIVE) | ((x | y) & INFINITE) | pole | vanishes;
}

function largest(x: Range, y: Range): Range {
  const zero = (x & ZERO && y & (NEGATIVE | ZERO)) || (y & ZERO && x & (NEGATIVE | ZERO));
  return (x & y & NEGATIVE) | ((x | y) & (POSITIVE | INFINITE)) | (zero ? ZERO : 0);
}
