import { parse } from 'mathjs/number';
import type { Parser } from './syntax.js';

/** mathjs's parser where there is no Node, as in a browser: part of what is loaded. */
export function mathjsParser(): Parser {
  // The part of mathjs's tree that is read here has this shape.
  return parse as unknown as Parser;
}
