import { SdeError } from 'sde-core';
import { describe, requireKeys } from 'sde-core/errors';
import { lengthOf, type PlainMatrix, type PlainVector, readMatrix, readVector } from './plain-arrays.js';
import type { AffineMap, Branch, Layer } from './residual-network.js';

/** A branch as a caller writes it: U (width, dimension), c (width), V (dimension, width), d (dimension). */
export interface BranchArrays {
  readonly U: PlainMatrix;
  readonly c: PlainVector;
  readonly V: PlainMatrix;
  readonly d: PlainVector;
}

/** A layer as a caller writes it. */
export interface LayerArrays extends BranchArrays {
  readonly twin?: BranchArrays;
}

/** x ↦ W x + b as a caller writes it: weight (rows, columns), bias (rows). */
export interface AffineArrays {
  readonly weight: PlainMatrix;
  readonly bias: PlainVector;
}

/** Layers copied and checked; d and the width are those of the first layer's vectors d and c. */
export function readLayers(
  layers: readonly LayerArrays[],
  where: string,
): { readonly dimension: number; readonly width: number; readonly layers: readonly Layer[] } {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new SdeError('shape', {
      what: 'a network without layers',
      where,
      expected: 'an array of at least one layer { U, c, V, d }',
      got: Array.isArray(layers) ? 'an empty array' : describe(layers),
      remedy: 'give one object { U, c, V, d } for each residual layer',
    });
  }
  const first = requireBranch(layers[0], `${where}, layer 0`);
  const dimension = lengthOf(first.d, `${where}, layer 0, d`);
  const width = lengthOf(first.c, `${where}, layer 0, c`);
  if (dimension === 0 || width === 0) {
    throw new SdeError('shape', {
      what: 'an empty layer',
      where: `${where}, layer 0`,
      expected: 'c of shape (width ≥ 1) and d of shape (dimension ≥ 1)',
      got: `c of shape (${width}), d of shape (${dimension})`,
      remedy: 'give every layer at least one hidden unit and one coordinate',
    });
  }
  const read = layers.map((layer, n): Layer => {
    const name = `${where}, layer ${n}`;
    requireKeys<LayerArrays>(
      requireBranch(layer, name),
      { U: true, c: true, V: true, d: true, twin: true },
      name,
      RENAMED,
    );
    const branch = readBranch(layer, dimension, width, name);
    if (layer.twin === undefined) return branch;
    requireKeys<BranchArrays>(layer.twin, { U: true, c: true, V: true, d: true }, `${name}, twin`, RENAMED);
    return { ...branch, twin: readBranch(layer.twin, dimension, width, `${name}, twin`) };
  });
  return { dimension, width, layers: read };
}

const RENAMED = { W: 'U', W1: 'U', b1: 'c', W2: 'V', b2: 'd', D: 'd', C: 'c' };

/** An affine map copied and checked against the side that is known. */
export function readAffine(
  map: AffineArrays | number,
  known: { readonly rows?: number; readonly columns?: number },
  where: string,
): AffineMap {
  if (typeof map !== 'object' || map === null) throw notAMap(map, where);
  if (map.weight === undefined || map.bias === undefined) throw notAMap(map, where);
  // `rows` and `columns` stand in a map that was read before, and must then be true.
  requireKeys<AffineArrays & { rows: number; columns: number }>(
    map,
    { weight: true, bias: true, rows: true, columns: true },
    where,
  );
  const rows = known.rows ?? lengthOf(map.bias, `${where}, bias`);
  const columns = known.columns ?? columnsOf(map.weight, rows, `${where}, weight`);
  const { rows: saidRows = rows, columns: saidColumns = columns } = map as Partial<AffineMap>;
  if (saidRows !== rows || saidColumns !== columns) {
    throw new SdeError('shape', {
      what: 'a map that says another shape than it should have',
      where,
      expected: `${rows} rows and ${columns} columns`,
      got: `${describe(saidRows)} rows and ${describe(saidColumns)} columns`,
      remedy: 'give a map of the right shape, or { weight, bias } alone',
    });
  }
  return {
    rows,
    columns,
    weight: readMatrix(map.weight, rows, columns, `${where}, weight`),
    bias: readVector(map.bias, rows, `${where}, bias`),
  };
}

function columnsOf(weight: PlainMatrix, rows: number, where: string): number {
  // Data of the caller's, until it is read.
  const first: unknown = (weight as PlainMatrix | null | undefined)?.[0];
  if (typeof first === 'object' && first !== null) return lengthOf(first, `${where}, row 0`);
  return Math.floor(lengthOf(weight, where) / Math.max(rows, 1));
}

function readBranch(arrays: BranchArrays, dimension: number, width: number, where: string): Branch {
  const { U, c, V, d } = requireBranch(arrays, where);
  return {
    U: readMatrix(U, width, dimension, `${where}, U`),
    c: readVector(c, width, `${where}, c`),
    V: readMatrix(V, dimension, width, `${where}, V`),
    d: readVector(d, dimension, `${where}, d`),
  };
}

function requireBranch(arrays: BranchArrays, where: string): BranchArrays {
  const missing =
    typeof arrays === 'object' && arrays !== null
      ? (['U', 'c', 'V', 'd'] as const).filter((name) => arrays[name] === undefined)
      : ['U', 'c', 'V', 'd'];
  if (missing.length === 0) return arrays;
  throw new SdeError('shape', {
    what: `a branch without ${missing.join(', ')}`,
    where,
    expected: '{ U, c, V, d }',
    got: describe(arrays),
    remedy: 'a branch is F(x) = V ψ(U x + c) + d; give zeros for a bias that the network does not have',
  });
}

function notAMap(map: unknown, where: string): SdeError {
  return new SdeError('shape', {
    what: 'not an affine map',
    where,
    expected: '{ weight, bias }',
    got: describe(map),
    remedy: 'give x ↦ W x + b as { weight: W, bias: b }',
  });
}
