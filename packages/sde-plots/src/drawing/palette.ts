/** How one series looks: apart for color-blind readers (colors of Okabe and Ito, dark enough for text) and, by symbol and dash, in gray print. */
export interface Look {
  readonly color: string;
  readonly symbol: SymbolName;
  readonly dash?: string;
}

/** A mark at a point. */
export type SymbolName = 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye';

/** In the order in which series take them. */
export const LOOKS: readonly [Look, Look, Look, Look, Look, Look] = [
  { color: '#0072b2', symbol: 'circle' },
  { color: '#d55e00', symbol: 'square', dash: '7 4' },
  { color: '#007a5a', symbol: 'triangle', dash: '2 3' },
  { color: '#a8568f', symbol: 'diamond', dash: '9 3 2 3' },
  { color: '#8a6d00', symbol: 'star', dash: '4 2' },
  { color: '#2f8fc4', symbol: 'wye', dash: '1 2' },
];

/** Looks that differ: six colors, each with six symbols and dashes. */
const MOST_LOOKS = LOOKS.length * LOOKS.length;

/** The look of the s-th series: first the six, then their colors with the symbols and dashes of others, 36 in all. */
export function lookOf(s: number): Look {
  const { color } = LOOKS[s % LOOKS.length];
  const { symbol, dash } = LOOKS[(s + Math.floor(s / LOOKS.length)) % LOOKS.length];
  return { color, symbol, dash };
}

/** What a picture says of more series than there are looks. */
export const repeatedLooks = (count: number, what: string): readonly string[] =>
  count > MOST_LOOKS ? [`Of the ${count} ${what} those ${MOST_LOOKS} apart look the same.`] : [];

/** Of words and frames. */
export const INK = '#1a1a1a';
/** Of what stands behind: references, remarks. */
export const QUIET = '#6a6a6a';
/** Of all words; a program that draws an SVG without fonts needs the first of these. */
export const FONT = 'DejaVu Sans, Verdana, sans-serif';
/** The colors of a function with both signs. */
export const BOTH_SIGNS = 'PuOr';
/** The colors of a function that is nowhere negative. */
export const ONE_SIGN = 'blues';
