import type { BlockSummary } from './backend.js';

/** The moments of values[0 … count − 1], the paths of one block, in two passes over them. */
export function summarize(block: number, firstPath: number, count: number, values: Float64Array): BlockSummary {
  let finite = 0;
  let sum = 0;
  let firstNonFinite: number | undefined;
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(values[i])) {
      finite++;
      sum += values[i];
    } else firstNonFinite ??= firstPath + i;
  }
  const mean = finite === 0 ? 0 : sum / finite;
  let m2 = 0;
  for (let i = 0; i < count; i++) if (Number.isFinite(values[i])) m2 += (values[i] - mean) ** 2;
  const nonFinite = count - finite;
  return { block, count: finite, mean, m2, nonFinite, ...(firstNonFinite !== undefined && { firstNonFinite }) };
}
