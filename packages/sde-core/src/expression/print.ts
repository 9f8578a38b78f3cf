import { BINDS } from './binding.js';
import { CALLS } from './functions.js';
import type { Node } from './graph.js';
import { requireNode } from './node.js';
import { operandsFirst } from './order.js';
import { multipliedOut } from './powers.js';
import { LONGEST_TEXT } from './text-bounds.js';

const { CONDITIONAL, OR, AND, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM } = BINDS;

interface Text {
  readonly text: string;
  readonly binds: number;
  /** The first character. Never read off the text, which is put together without copies until it is complete. */
  readonly starts: string;
  /** Of min and max: the arguments, to which more may be added. */
  readonly list?: string;
  /** Of a whole power that was multiplied out. */
  readonly power?: Power;
}

/** base^exponent. */
interface Power {
  readonly base: Node;
  readonly exponent: number;
}

type TextOf = (node: Node) => Text;

const atom = (text: string): Text => ({ text, binds: ATOM, starts: text[0] });

/** What stands for a part that is too long to be written out. The parser refuses it: such a text is to be looked at only. */
const LEFT_OUT = atom('…');

/**
 * A node as text, with no more parentheses than it needs; in the same graph it parses back to the same node.
 *
 * Shared subexpressions are written out each time, so a graph with much sharing prints long. In a text of more than 200 000 characters, which would
 * not be parsed either, the parts that are longer than that are `…`; nor is one parsed with more than 200 brackets in one another.
 */
export function print(node: Node): string {
  requireNode(node, 'print(node)');
  const texts = new Map<Node, Text>();
  const of: TextOf = (part) => {
    const text = texts.get(part) ?? LEFT_OUT;
    return text.text.length > LONGEST_TEXT ? LEFT_OUT : text;
  };
  for (const part of operandsFirst([node])) texts.set(part, textOf(part, of));
  return (texts.get(node) ?? LEFT_OUT).text;
}

const within = (part: Text, binds: number): string => (part.binds >= binds ? part.text : `(${part.text})`);
/** The first character of {@link within}. */
const startOf = (part: Text, binds: number): string => (part.binds >= binds ? part.starts : '(');

function textOf(node: Node, of: TextOf): Text {
  if (node.operation === 'constant') return number(node.value);
  if (node.operation === 'symbol') return atom(node.name);
  const [x, y, z] = node.operands;
  const infix = (sign: string, binds: number, left: number, right: number): Text => ({
    text: `${within(of(x), left)} ${sign} ${within(of(y), right)}`,
    binds,
    starts: startOf(of(x), left),
  });
  /** The order of the two is free: what is of the same kind goes left, where it needs no parentheses. */
  const either = (sign: string, binds: number, a: Node, b: Node): Text => {
    const [left, right] = (of(a).binds > binds && of(b).binds === binds ? [b, a] : [a, b]).map(of);
    return {
      text: `${within(left, binds)}${sign}${within(right, binds + 1)}`,
      binds,
      starts: startOf(left, binds),
    };
  };
  switch (node.operation) {
    case 'negate':
      return negated(of(x));
    case 'not':
      return x.operation === 'equal' ? unequal(x, of) : { ...atom(`not ${within(of(x), ATOM)}`), binds: SIGN };
    case 'add':
      return either(' + ', SUM, x, y);
    case 'subtract':
      return infix('-', SUM, SUM, PRODUCT);
    case 'multiply':
      return product(node, of);
    case 'divide':
      return {
        text: `${within(of(x), PRODUCT)}/${within(of(y), POWER)}`,
        binds: PRODUCT,
        starts: startOf(of(x), PRODUCT),
      };
    case 'power':
      return { text: `${within(of(x), ATOM)}^${within(of(y), ATOM)}`, binds: POWER, starts: startOf(of(x), ATOM) };
    case 'less':
      return infix('<', COMPARISON, SUM, SUM);
    case 'lessOrEqual':
      return infix('<=', COMPARISON, SUM, SUM);
    case 'equal':
      return infix('==', COMPARISON, SUM, SUM);
    case 'and':
      return either(' and ', AND, x, y);
    case 'or':
      return either(' or ', OR, x, y);
    case 'select':
      return {
        text: `${within(of(x), OR)} ? ${within(of(y), OR)} : ${within(of(z), CONDITIONAL)}`,
        binds: CONDITIONAL,
        starts: startOf(of(x), OR),
      };
    case 'minimum':
    case 'maximum':
      return extreme(node, of);
    default:
      return call(CALLS.get(node.operation) ?? node.operation, node.operands.map(of));
  }
}

/** Put together by +, which copies nothing. */
const call = (name: string, [first, ...rest]: readonly Text[]): Text => ({
  text: `${rest.reduce((text, part) => `${text}, ${part.text}`, `${name}(${first.text}`)})`,
  binds: ATOM,
  starts: name[0],
});

/** min and max of any number of values: min(min(a, b), c) is min(a, b, c), which is parsed from the left. */
function extreme(node: Node, of: TextOf): Text {
  const name = node.operation === 'minimum' ? 'min' : 'max';
  const [first, second] = node.operands;
  // Operands are in order of creation, so that the longer list, which came later, is the second.
  const [begun, last] = second.operation === node.operation ? [second, first] : [first, second];
  const list = `${(begun.operation === node.operation && of(begun).list) || of(begun).text}, ${of(last).text}`;
  return { text: `${name}(${list})`, binds: ATOM, starts: name[0], list };
}

/** −x. Before a product that starts with a number the sign would be read as the number's. */
function negated(x: Text): Text {
  const sticks = x.binds > PRODUCT || (x.binds === PRODUCT && !/^[\d(]/.test(x.starts));
  return { text: `-${sticks ? within(x, PRODUCT) : `(${x.text})`}`, binds: SIGN, starts: '-' };
}

function unequal(comparison: Node, of: TextOf): Text {
  const [x, y] = comparison.operands.map(of);
  return { text: `${within(x, SUM)} != ${within(y, SUM)}`, binds: COMPARISON, starts: startOf(x, SUM) };
}

function product(node: Node, of: TextOf): Text {
  const power = asPower(node, of);
  if (power) {
    const base = of(power.base);
    return { text: `${within(base, ATOM)}^${power.exponent}`, binds: POWER, starts: startOf(base, ATOM), power };
  }
  // The order of factors is free: numbers go first, and a product goes left, where it needs no parentheses.
  const [a, b] = node.operands;
  const swap =
    b.operation === 'constant' || (a.operation !== 'constant' && of(a).binds > PRODUCT && of(b).binds === PRODUCT);
  const [x, y] = (swap ? [b, a] : [a, b]).map(of);
  return { text: `${within(x, PRODUCT)}*${within(y, POWER)}`, binds: PRODUCT, starts: startOf(x, PRODUCT) };
}

/** The whole power that was multiplied out into this product, if it is one. */
function asPower(node: Node, of: TextOf): Power | undefined {
  const [x, y] = node.operands.map((operand): Power => of(operand).power ?? { base: operand, exponent: 1 });
  if (x.base !== y.base) return undefined;
  const exponent = x.exponent + y.exponent;
  const shape = multipliedOut(EXPONENTS, 1, exponent);
  const [least, most] = [Math.min(x.exponent, y.exponent), Math.max(x.exponent, y.exponent)];
  const [left, right] = exponent % 2 === 1 ? [1, exponent - 1] : [exponent / 2, exponent / 2];
  return shape === exponent && least === left && most === right ? { base: x.base, exponent } : undefined;
}

/** Powers of one base as their exponents; x^n is multiplied out as far as this gives n. */
const EXPONENTS = {
  constant: (): number => 0,
  multiply: (x: number, y: number): number => x + y,
  divide: (x: number, y: number): number => x - y,
  sqrt: (x: number): number => x / 2,
};

/** A number so that it reads back to the same bits; as a fraction where that is shorter. */
function number(value: number): Text {
  if (Number.isNaN(value)) return { ...atom('0/0'), binds: PRODUCT };
  if (!Number.isFinite(value)) return { ...atom(value > 0 ? '1/0' : '-1/0'), binds: PRODUCT };
  const text = fraction(value) ?? String(value);
  return { ...atom(text), binds: text.includes('/') ? PRODUCT : value < 0 ? SIGN : ATOM };
}

function fraction(value: number): string | undefined {
  if (Number.isInteger(value) || String(value).length < 9) return undefined;
  for (let bottom = 3; bottom <= 720; bottom++) {
    const top = Math.round(value * bottom);
    if (top !== 0 && Math.abs(top) < 1000 && top / bottom === value) return `${top}/${bottom}`;
  }
  return undefined;
}
