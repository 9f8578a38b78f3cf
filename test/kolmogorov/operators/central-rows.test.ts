import { sinhSpaced, uniform } from 'kolmogorov';
import { expect, test } from 'vitest';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { linesAlong } from '#kolmogorov/grid/lines';
import { type AxisDifferences, assembleDirection } from '#kolmogorov/operators/assembly';
import { bands } from '#kolmogorov/operators/bands';
import type { Side } from '#kolmogorov/operators/boundary';
import { centralWeights } from '#kolmogorov/operators/central-rows';

const axes = [sinhSpaced(-1, 2, 6, { center: 0, width: 0.4 }), uniform(0, 1, 4), uniform(-1, 1, 5)];
const grid = tensorGrid(axes, 3, 'test');
const values = (seed: number) => Float64Array.from({ length: grid.size }, (_, p) => Math.sin(12.9898 * p + seed));

test.each([0, 1, 2])('with weights at hand the rows along axis %i are the same, to the last bit', (k) => {
  const given = {
    drift: values(1),
    halfVariance: values(2).map(Math.abs),
    killing: values(3),
    killingShare: 1 / 3,
    fixed: Uint8Array.from({ length: grid.size }, (_, p) => (p % 7 === 0 ? 1 : 0)),
  };
  const straight: Side = { kind: 'straight', degenerate: false };
  const [fast, slow] = [bands(linesAlong(grid, k)), bands(linesAlong(grid, k))];
  const axis: AxisDifferences = { grid, k, sides: [straight, straight], rule: 'central' };
  assembleDirection(axis, given, fast, centralWeights(grid, k));
  assembleDirection(axis, given, slow);
  expect(fast).toEqual(slow);
});
