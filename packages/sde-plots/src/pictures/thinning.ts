/** Every so manieth of a list that is longer than `most`, its first and last among them. */
export function thinned<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const every = Math.ceil(list.length / (most - 1));
  const kept = list.filter((_, i) => i % every === 0);
  return (list.length - 1) % every === 0 ? kept : [...kept, list[list.length - 1]];
}

/** Indices of a curve's points, no more than about `most`: of each of so many parts of it the first, the least, the greatest and the last. */
export function thinnedCurve(values: ArrayLike<number>, most: number): readonly number[] {
  const { length } = values;
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const parts = Math.max(1, Math.floor(most / 4));
  const kept: number[] = [];
  for (let part = 0; part < parts; part++) {
    const [from, to] = [Math.floor((part * length) / parts), Math.floor(((part + 1) * length) / parts) - 1];
    let [least, greatest] = [from, from];
    for (let i = from; i <= to; i++) {
      // What is not finite is a gap that must stay.
      if (!Number.isFinite(values[i])) kept.push(i);
      if (!(values[i] >= values[least])) least = i;
      if (!(values[i] <= values[greatest])) greatest = i;
    }
    kept.push(from, least, greatest, to);
    if (kept.length > 2 * most) break;
  }
  return [...new Set(kept)].sort((a, b) => a - b);
}
