/** Sections of an interval: to about the square root of the rounding unit, below which values do not differ. */
const SECTIONS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** An interval, how many evenly spaced values of it are tried first, and one that is known beforehand. */
export interface Searched {
  readonly low: number;
  readonly high: number;
  readonly points: number;
  readonly start: number;
}

/**
 * Where a function of one number may be least: the best of evenly spaced values, and what a golden section about it ends with.
 */
export function goldenPlaces(value: (at: number) => number, { low, high, points, start }: Searched): readonly number[] {
  const spacing = (high - low) / (points - 1);
  let [place, least] = [start, value(start)];
  for (let i = 0; i < points; i++) {
    const at = i === points - 1 ? high : low + i * spacing;
    const found = value(at);
    if (found < least) [place, least] = [at, found];
  }
  let [left, right] = [Math.max(place - spacing, low), Math.min(place + spacing, high)];
  let [x, y] = [right - GOLDEN * (right - left), left + GOLDEN * (right - left)];
  let [below, above] = [value(x), value(y)];
  for (let section = 0; section < SECTIONS; section++) {
    if (below <= above) {
      [right, y, above] = [y, x, below];
      x = right - GOLDEN * (right - left);
      below = value(x);
    } else {
      [left, x, below] = [x, y, above];
      y = left + GOLDEN * (right - left);
      above = value(y);
    }
  }
  return [place, left, x, y, right];
}
