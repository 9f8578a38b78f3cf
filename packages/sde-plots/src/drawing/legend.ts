import type { SymbolName } from './palette.js';
import { textWidth } from './text-width.js';
import { words } from './words.js';

/** One entry of a legend: a stroke, a symbol on it, or a filled swatch. */
export interface LegendItem {
  readonly label: string;
  readonly color: string;
  readonly symbol?: SymbolName;
  readonly stroke?: 'solid' | string;
  readonly swatch?: boolean;
  /** Of a swatch. Default 1. */
  readonly opacity?: number;
}

const ROW = 20;
const SAMPLE = 30;
const GAP = 22;

/** A legend in as many rows as it takes, left-aligned with the frame; drawn by hand because Plot's is HTML. */
export function legend(
  items: readonly LegendItem[],
  width: number,
  left: number,
): { readonly svg: string; readonly height: number } {
  let x = left;
  let row = 0;
  const most = width - 10 - left - SAMPLE - 8;
  const parts = items.map((item) => {
    const room = SAMPLE + 8 + Math.min(textWidth(item.label), most);
    if (x > left && x + room > width - 10) {
      x = left;
      row += 1;
    }
    const at = x;
    x += room + GAP;
    const label = words(item.label, { x: SAMPLE + 8, y: 4, room: most });
    return `<g transform="translate(${at}, ${row * ROW + 16})">${sample(item)}${label}</g>`;
  });
  const height = items.length === 0 ? 0 : (row + 1) * ROW + 6;
  return { svg: `<g fill="currentColor" text-anchor="start" aria-label="legend">${parts.join('')}</g>`, height };
}

function sample({ color, symbol, stroke, swatch, opacity }: LegendItem): string {
  if (swatch)
    return `<rect x="6" y="-6" width="18" height="12" fill="${color}"${opacity === undefined ? '' : ` fill-opacity="${opacity}"`}/>`;
  const dash = stroke && stroke !== 'solid' ? ` stroke-dasharray="${stroke}"` : '';
  const line = stroke ? `<line x1="0" x2="${SAMPLE}" y1="0" y2="0" stroke="${color}" stroke-width="2"${dash}/>` : '';
  return `${line}${symbol ? mark(symbol, color) : ''}`;
}

/** The outlines of symbols around 0, beside the circle. */
const OUTLINES: Readonly<Record<Exclude<SymbolName, 'circle'>, string>> = {
  square: 'M-4,-4h8v8h-8Z',
  triangle: 'M-5,4L5,4L0,-5Z',
  diamond: 'M0,-6L4,0L0,6L-4,0Z',
  star: 'M0,-6L1.4,-1.9L5.7,-1.9L2.2,0.7L3.5,4.9L0,2.3L-3.5,4.9L-2.2,0.7L-5.7,-1.9L-1.4,-1.9Z',
  wye: 'M1.6,0.9L1.6,5L-1.6,5L-1.6,0.9L-5.1,-1.1L-3.5,-3.9L0,-1.9L3.5,-3.9L5.1,-1.1Z',
};

function mark(symbol: SymbolName, color: string): string {
  const x = SAMPLE / 2;
  if (symbol === 'circle') return `<circle cx="${x}" cy="0" r="4.5" fill="${color}"/>`;
  return `<path transform="translate(${x})" d="${OUTLINES[symbol]}" fill="${color}"/>`;
}
