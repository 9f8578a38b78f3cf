import { expressionError, type Source } from './refusals.js';

/** The longest text that is read as a formula, in characters; longer ones are printed with `…` for what is left out. */
export const LONGEST_TEXT = 200_000;

/** How deep brackets may stand in one another, and how deep signs, `not`, powers and conditions. A parser that calls itself needs the stack for it. */
const [MOST_BRACKETS, MOST_WAITING] = [200, 1000];
/** What a bracket takes of the stack, where a sign takes 1. Measured: about 250 brackets and 4000 powers fill that of Node. */
const BRACKET = MOST_WAITING / MOST_BRACKETS;

/**
 * Refuses a text that is too long or nested too deeply to be parsed wherever the caller stands. Sums, products and lists of any length are not nested.
 *
 * Cost: one pass over the text.
 *
 * @throws SdeError `expression`
 */
export function requireBoundedText(source: Source): void {
  const { text } = source;
  if (text.length > LONGEST_TEXT) {
    throw expressionError(
      source,
      `the expression has ${text.length} characters, and at most ${LONGEST_TEXT} are read`,
      0,
      {
        remedy: 'split it into several formulas, or write it as a function',
      },
    );
  }
  const deep = firstTooDeep(text);
  if (deep !== undefined) {
    throw expressionError(
      source,
      `the expression is nested more than ${MOST_BRACKETS} brackets, or ${MOST_WAITING} signs, powers and conditions, deep`,
      deep,
      {
        remedy: 'write it with fewer brackets, signs, powers or conditions in one another',
      },
    );
  }
}

/** What may wait for the end of an operand: the next token of each kind, words and numbers among them. */
const TOKEN = /[\p{L}_$][\p{L}\p{N}_$]*|[\d.]+|[()[\]{}]|[,;?:^+\-!]|[^\s\p{L}\p{N}_$.()[\]{},;?:^+\-!]+/gu;

/** Where the nesting first goes beyond its bound. */
function firstTooDeep(text: string): number | undefined {
  /** For each open bracket, and the text itself: conditions that wait, and signs and powers that do. */
  const levels = [{ conditions: 0, operators: 0 }];
  let depth = 0;
  let operandBefore = false;
  const settle = (level: { conditions: number; operators: number }, all: boolean): void => {
    depth -= level.operators + (all ? level.conditions : 0);
    level.operators = 0;
    if (all) level.conditions = 0;
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const level = levels[levels.length - 1];
    if (token === '(' || token === '[' || token === '{') {
      levels.push({ conditions: 0, operators: 0 });
      depth += BRACKET;
      operandBefore = false;
    } else if (token === ')' || token === ']' || token === '}') {
      if (levels.length > 1) {
        settle(level, true);
        levels.pop();
        depth -= BRACKET;
      }
      operandBefore = true;
    } else if (token === ',' || token === ';') {
      settle(level, true);
      operandBefore = false;
    } else if (token === '?' || token === ':') {
      settle(level, false);
      level.conditions += token === '?' ? 1 : 0;
      depth += token === '?' ? 1 : 0;
      operandBefore = false;
    } else if (token === '^' || token === 'not' || (!operandBefore && /^[+\-!~]+$/.test(token))) {
      level.operators += 1;
      depth += 1;
      operandBefore = false;
    } else if (/^[\p{L}\p{N}_$.]/u.test(token) && !WORDS.has(token)) operandBefore = true;
    else if (token !== '!') {
      settle(level, false);
      operandBefore = false;
    }
    if (depth > MOST_WAITING) return index;
  }
  return undefined;
}

/** Words that stand between operands. */
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'to', 'in', 'mod']);
