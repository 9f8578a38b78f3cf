import type { BlockSummary } from './backend.js';

/** The moments of values[0 … count − 1], the paths of one block, in two passes over them; `below` marks paths with a state below 0, if that is asked. */
export function summarize(
  block: number,
  firstPath: number,
  count: number,
  values: Float64Array,
  below?: Uint8Array,
): BlockSummary {
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
  const common = { block, count: finite, mean, m2, nonFinite, ...(firstNonFinite !== undefined && { firstNonFinite }) };
  if (!below) return common;
  const marked = below.subarray(0, count);
  const firstBelow = marked.indexOf(1);
  const negative = marked.reduce((sum, mark) => sum + mark, 0);
  return { ...common, negative, ...(firstBelow >= 0 && { firstNegative: firstPath + firstBelow }) };
}
