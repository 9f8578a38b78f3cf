import { escapeText } from './escape-text.js';

/** One entry of a legend: a stroke, a symbol on it, or a filled swatch. */
export interface LegendItem {
  readonly label: string;
  readonly color: string;
  readonly symbol?: 'circle' | 'square' | 'triangle';
  readonly stroke?: 'solid' | string;
  readonly swatch?: boolean;
}

// Empirical: the mean advance of DejaVu Sans at 12 px over the report's labels, rounded up.
const ADVANCE = 7.1;
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
  const parts = items.map((item) => {
    const room = SAMPLE + 8 + item.label.length * ADVANCE;
    if (x > left && x + room > width - 10) {
      x = left;
      row += 1;
    }
    const at = x;
    x += room + GAP;
    return `<g transform="translate(${at}, ${row * ROW + 16})">${sample(item)}<text x="${SAMPLE + 8}" y="4">${escapeText(item.label)}</text></g>`;
  });
  const height = items.length === 0 ? 0 : (row + 1) * ROW + 6;
  return { svg: `<g fill="currentColor" text-anchor="start" aria-label="legend">${parts.join('')}</g>`, height };
}

function sample({ color, symbol, stroke, swatch }: LegendItem): string {
  if (swatch) return `<rect x="6" y="-6" width="18" height="12" fill="${color}"/>`;
  const dash = stroke && stroke !== 'solid' ? ` stroke-dasharray="${stroke}"` : '';
  const line = stroke ? `<line x1="0" x2="${SAMPLE}" y1="0" y2="0" stroke="${color}" stroke-width="2"${dash}/>` : '';
  return `${line}${symbol ? mark(symbol, color) : ''}`;
}

function mark(symbol: 'circle' | 'square' | 'triangle', color: string): string {
  const x = SAMPLE / 2;
  if (symbol === 'circle') return `<circle cx="${x}" cy="0" r="4.5" fill="${color}"/>`;
  if (symbol === 'square') return `<rect x="${x - 4}" y="-4" width="8" height="8" fill="${color}"/>`;
  return `<path d="M${x - 5},4 L${x + 5},4 L${x},-5 Z" fill="${color}"/>`;
}
