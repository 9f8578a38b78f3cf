import type { NdArray } from 'ndarray';
import { type Expression, SdeError } from 'sde-core';
import { describe, requireArray } from 'sde-core/errors';
import { type Grid, nodeAt } from '../grid/grid.js';
import { isExpression, type Named, scalarFunction } from '../operators/scalar-function.js';

/** A function of the state: a constant, an expression, a function of x of shape (d), or its values at the nodes. */
export type StateInput = number | string | Expression | ((x: Float64Array) => number) | ArrayLike<number> | NdArray;

/** The nodes of a grid at one time, and the names that a formula may use. */
export interface NodesAt {
  readonly grid: Grid;
  readonly model: Named;
  readonly t: number;
}

/**
 * The values of a function of the state at all nodes, shape (size), in an array of its own.
 *
 * @throws SdeError `shape` if an array has not one value a node, `value` if a value is not finite.
 */
export function nodeValues(input: StateInput, { grid, model, t }: NodesAt, where: string): Float64Array {
  const values = new Float64Array(grid.size);
  const formula = formulaOf(input);
  if (formula) {
    const { at } = scalarFunction(typeof formula === 'function' ? (_, x) => formula(x) : formula, model, where);
    const x = new Float64Array(grid.dimension);
    for (let p = 0; p < grid.size; p++) {
      nodeAt(grid, p, x);
      values[p] = at(t, x);
    }
  } else {
    copyArray(input as ArrayLike<number> | NdArray, grid, values, where);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, bad, x);
  throw new SdeError('value', {
    what: 'a value on the grid is not finite',
    where,
    expected: 'a finite number at every node',
    got: `${values[bad]} at x = (${Array.from(x).join(', ')})`,
    remedy: 'keep the grid inside the domain of the function',
  });
}

/** The input where it is a formula or a function, undefined where it is an array. */
export function formulaOf(input: StateInput): string | Expression | ((x: Float64Array) => number) | undefined {
  if (typeof input === 'number') return () => input;
  if (typeof input === 'string' || typeof input === 'function') return input;
  return isExpression(input) ? input : undefined;
}

function copyArray(input: ArrayLike<number> | NdArray, grid: Grid, out: Float64Array, where: string): void {
  const isNdArray =
    typeof input === 'object' &&
    input !== null &&
    'shape' in input &&
    Array.isArray(input.shape) &&
    'get' in input &&
    typeof input.get === 'function';
  const shape = isNdArray ? input.shape : [(input as ArrayLike<number> | null)?.length];
  const size = shape.reduce((product: number, n) => product * (n ?? Number.NaN), 1);
  const matches = isNdArray && shape.length > 1 ? shape.every((n, k) => n === grid.shape[k]) : true;
  if (size !== grid.size || !matches) {
    throw new SdeError('shape', {
      what: 'the array does not have one value for each node',
      where,
      expected: `shape (${grid.shape.join(', ')})`,
      got: isNdArray ? `shape (${shape.join(', ')})` : describe(input),
      remedy: 'give an expression, a function of x, or one value a node (row-major)',
    });
  }
  if (!isNdArray) requireArray(input, where, 'give an expression, a function of x, or one value a node (row-major)');
  const valueAt = (p: number): unknown => {
    if (!isNdArray) return (input as ArrayLike<number>)[p];
    return shape.length === 1
      ? input.get(p)
      : input.get(...grid.shape.map((n, k) => Math.floor(p / grid.strides[k]) % n));
  };
  for (let p = 0; p < grid.size; p++) {
    const value = valueAt(p);
    out[p] = typeof value === 'number' ? value : Number.NaN;
  }
}
