import { expect, test } from 'vitest';
import { addSparseProduct, addSparseTransposed, matrixOfRows, rowEntries } from '#kolmogorov/operators/sparse-rows';

test('a matrix of rows is in order, sums what is added twice, and leaves out what cancels', () => {
  const entries: [number, number][][] = [
    [
      [3, 1],
      [0, 2],
      [3, 4],
    ],
    [],
    [
      [2, 1],
      [1, 5],
      [2, -1],
    ],
    Array.from({ length: 4 }, (_, i): [number, number] => [3 - i, i + 1]),
  ];
  const matrix = matrixOfRows(4, (p, add) => {
    for (const [column, value] of entries[p]) add(column, value);
  });
  expect(Array.from(matrix.rowStart)).toEqual([0, 2, 2, 3, 7]);
  expect(Array.from(matrix.column)).toEqual([0, 3, 1, 0, 1, 2, 3]);
  expect(Array.from(matrix.value)).toEqual([2, 5, 5, 4, 3, 2, 1]);
  const [v, out, transposed] = [Float64Array.of(1, 2, 3, 4), new Float64Array(4), new Float64Array(4)];
  addSparseProduct(matrix, 2, v, out);
  addSparseTransposed(matrix, 2, v, transposed);
  expect(Array.from(out)).toEqual([44, 0, 20, 40]);
  expect(Array.from(transposed)).toEqual([36, 54, 16, 18]);
});

test('rows beyond the first room are kept', () => {
  const { rowStart, column, value } = matrixOfRows(50, (p, add) => {
    for (let i = 0; i < 50; i += 2) add((p + i) % 50, i + 1);
  });
  expect(rowStart[50]).toBe(50 * 25);
  for (let p = 0; p < 50; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) expect(value[e]).toBe(((column[e] - p + 50) % 50) + 1);
  }
});

test('entries of a row are what they are in a matrix, beyond the first room too', () => {
  const row = rowEntries();
  row.add(9, 9);
  row.clear();
  const u = Float64Array.from({ length: 50 }, (_, i) => (i % 2 ? i : -i));
  for (let i = 0; i < 200; i++) row.add((7 * i) % 50, i % 3 ? i : -i);
  const { column, value } = matrixOfRows(1, (_, add) => row.addTo(add));
  expect(row.product(u)).toBe(column.reduce((sum, q, e) => sum + value[e] * u[q], 0));
  // Those in one column may cancel in the matrix, but not in what the sum rounds relative to.
  let size = 0;
  for (let i = 0; i < 200; i++) size += i * ((7 * i) % 50);
  expect(row.size(u)).toBe(size);
});
