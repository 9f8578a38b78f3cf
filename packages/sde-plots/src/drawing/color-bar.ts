import { scale } from '@observablehq/plot';
import { shortNumber } from './number.js';
import { words } from './words.js';

/** A color scale with its bar: what a color means. */
export interface ColorBar {
  /** For Plot's `color`. */
  readonly color: {
    readonly type: 'linear';
    readonly scheme: 'viridis' | 'blues' | 'oranges';
    readonly domain: readonly [number, number];
    readonly clamp: boolean;
  };
  /** An SVG group that many pixels wide and 34 high, its upper left corner at (x, y). */
  draw(x: number, y: number, width: number): string;
}

/** So many patches make a bar that looks smooth. */
const PATCHES = 64;
const TICKS = 5;

/** A linear scale from `low` to `high` and a bar with its numbers; what lies beyond is drawn as the end. */
export function colorBar(
  scheme: ColorBar['color']['scheme'],
  [low, high]: readonly [number, number],
  label: string,
): ColorBar {
  const color = { type: 'linear', scheme, domain: [low, high], clamp: true } as const;
  return {
    color,
    draw: (x, y, width) => {
      const { apply } = scale({ color: { ...color, domain: [low, high] } });
      const patch = width / PATCHES;
      const patches = Array.from({ length: PATCHES }, (_, i) => {
        const value = low + ((high - low) * (i + 1 / 2)) / PATCHES;
        return `<rect x="${x + i * patch}" y="${y}" width="${patch + 0.5}" height="10" fill="${apply(value)}"/>`;
      });
      const ticks = Array.from({ length: TICKS }, (_, i) => {
        const value = low + ((high - low) * i) / (TICKS - 1);
        const at = x + (width * i) / (TICKS - 1);
        return words(shortNumber(value), { x: at, y: y + 23, anchor: 'middle' });
      });
      const name = words(label, { x: x - 16, y: y + 9, anchor: 'end', room: x - 28 });
      return `<g>${patches.join('')}${ticks.join('')}${name}</g>`;
    },
  };
}
