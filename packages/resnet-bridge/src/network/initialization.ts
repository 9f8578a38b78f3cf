import { fold, type Key } from 'sde-core';
import { gaussian, noiseSource } from 'sde-core/randomness';
import type { AffineMap, Branch, Layer } from './residual-network.js';

/**
 * Layers whose pre-activations and branches have size O(1) for states of size O(1): U ~ N(0, 1/d), V ~ N(0, 1/width),
 * c ~ N(0, 1/4), d = 0. With steps h = horizon / depth no further scaling with the depth is needed.
 *
 * Each matrix has a stream of its own, so a deeper network starts with the same first layers.
 */
export function randomLayers(
  shape: { readonly dimension: number; readonly width: number; readonly depth: number; readonly twin: boolean },
  key: Key,
): readonly Layer[] {
  const branch = (stream: Key): Branch => ({
    U: normals(fold(stream, 'U'), shape.width * shape.dimension, 1 / Math.sqrt(shape.dimension)),
    c: normals(fold(stream, 'c'), shape.width, 1 / 2),
    V: normals(fold(stream, 'V'), shape.dimension * shape.width, 1 / Math.sqrt(shape.width)),
    d: new Float64Array(shape.dimension),
  });
  return Array.from({ length: shape.depth }, (_, n) => {
    const stream = fold(key, 'layer', n);
    return shape.twin ? { ...branch(stream), twin: branch(fold(stream, 'twin')) } : branch(stream);
  });
}

/** W ~ N(0, 1/columns), b = 0. */
export function randomAffine(rows: number, columns: number, key: Key): AffineMap {
  return {
    rows,
    columns,
    weight: normals(key, rows * columns, 1 / Math.sqrt(columns)),
    bias: new Float64Array(rows),
  };
}

function normals(key: Key, count: number, deviation: number): Float64Array {
  const source = noiseSource([gaussian], key);
  const one = new Float64Array(1);
  return Float64Array.from({ length: count }, (_, i) => {
    source(0, i, one);
    return deviation * one[0];
  });
}
