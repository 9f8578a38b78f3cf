import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';

/** A vector as a caller may write it. */
export type PlainVector = ArrayLike<number>;

/** A matrix as a caller may write it: rows of numbers, or flat, row-major. */
export type PlainMatrix = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** A vector of `length` finite numbers, copied. */
export function readVector(value: unknown, length: number, where: string): Float64Array {
  return finite(flat(value, where), [length], where);
}

/** A matrix of shape (rows, columns) of finite numbers, row-major, copied. */
export function readMatrix(value: unknown, rows: number, columns: number, where: string): Float64Array {
  const list = arrayLike(value, where);
  if (list.length > 0 && typeof list[0] === 'number') return finite(flat(value, where), [rows, columns], where);
  if (list.length !== rows) throw wrongShape(where, [rows, columns], `${list.length} rows`);
  const nested = Array.from(list, (row, i) => {
    const numbers = flat(row, `${where}, row ${i}`);
    if (numbers.length !== columns) throw wrongShape(`${where}, row ${i}`, [columns], `shape (${numbers.length})`);
    return Array.from(numbers);
  });
  return finite(nested.flat(), [rows, columns], where);
}

/** How many rows a nested matrix, or how many numbers a vector has. */
export function lengthOf(value: unknown, where: string): number {
  return arrayLike(value, where).length;
}

function arrayLike(value: unknown, where: string): ArrayLike<unknown> {
  const isList =
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView) && 'length' in value);
  // Arrays and typed arrays are array-like; nothing else passes.
  if (isList) return value as ArrayLike<unknown>;
  throw new SdeError('shape', {
    what: 'not an array of numbers',
    where,
    expected: 'an array or a typed array',
    got: describe(value),
    remedy: 'give the numbers as a plain array, or row-major in a Float64Array',
  });
}

function flat(value: unknown, where: string): ArrayLike<number> {
  // Every entry is checked by `finite`.
  return arrayLike(value, where) as ArrayLike<number>;
}

function finite(numbers: ArrayLike<number>, shape: readonly number[], where: string): Float64Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (numbers.length !== size) throw wrongShape(where, shape, `${numbers.length} numbers`);
  return Float64Array.from(numbers, (value: unknown, at) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value !== 'number') throw notANumber(value, shape, `${where}, entry ${at}`);
    throw new SdeError('value', {
      what: 'not a finite number',
      where: `${where}, entry ${at}`,
      expected: 'finite numbers',
      got: describe(value),
      remedy: 'look at how the weights were made: training may have diverged',
    });
  });
}

function notANumber(value: unknown, shape: readonly number[], where: string): SdeError {
  const deep = Array.isArray(value) || ArrayBuffer.isView(value);
  return new SdeError(deep ? 'shape' : 'value', {
    what: deep ? 'a tensor of more axes than a matrix' : 'not a number',
    where,
    expected: `shape (${shape.join(', ')}) of plain numbers`,
    got: describe(value),
    remedy: deep
      ? 'a branch here is V ψ(U x + c) + d with matrices: convolutions (4 axes) have no place in it; a 1 × 1 kernel or a flattened one may be written as a matrix'
      : 'give the numbers themselves, not text or objects',
  });
}

function wrongShape(where: string, shape: readonly number[], got: string): SdeError {
  return new SdeError('shape', {
    what: 'wrong shape',
    where,
    expected: `shape (${shape.join(', ')})`,
    got,
    remedy: 'a branch is F(x) = V ψ(U x + c) + d: U (width, dimension), c (width), V (dimension, width), d (dimension)',
  });
}
