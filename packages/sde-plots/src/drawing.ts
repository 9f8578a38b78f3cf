/** For pictures of one's own that look like those of this package: marks of Plot in its frame. Loads Plot at once. */
export { type ColorBar, colorBar } from './drawing/color-bar.js';
export { type DrawingOptions, drawing, WIDTH } from './drawing/drawing.js';
export { allowed, escapeText } from './drawing/escape-text.js';
export type { LegendItem } from './drawing/legend.js';
export { decimalExponent, powerLabel, powerOfTen, raised, shortNumber, stepLabel, unitOf } from './drawing/number.js';
export {
  BOTH_SIGNS,
  FONT,
  INK,
  LOOKS,
  type Look,
  lookOf,
  ONE_SIGN,
  QUIET,
  type SymbolName,
} from './drawing/palette.js';
export { decadeTicks, linearTicks, logTicks, stepTicks, type Ticks, tickRoom } from './drawing/ticks.js';
export { type WordsPlace, words } from './drawing/words.js';
export { errorDrawing } from './pictures/error-drawing.js';
