import { CALLS } from './functions.js';
import type { Node } from './graph.js';
import { requireNode } from './node.js';
import { operandsFirst } from './order.js';
import { multipliedOut } from './powers.js';

/** How tightly a text binds, loosest first. */
const CONDITIONAL = 0;
const OR = 1;
const AND = 2;
const COMPARISON = 3;
const SUM = 4;
const PRODUCT = 5;
const SIGN = 6;
const POWER = 7;
const ATOM = 8;

interface Text {
  readonly text: string;
  readonly binds: number;
}

type TextOf = (node: Node) => Text;

/**
 * A node as text, with no more parentheses than it needs; in the same graph it parses back to the same node.
 *
 * Shared subexpressions are written out each time, so a graph with much sharing prints long.
 */
export function print(node: Node): string {
  requireNode(node, 'print(node)');
  const texts = new Map<Node, Text>();
  const of: TextOf = (part) => texts.get(part) ?? { text: '?', binds: ATOM };
  for (const part of operandsFirst([node])) texts.set(part, textOf(part, of));
  return of(node).text;
}

const within = (part: Text, binds: number): string => (part.binds >= binds ? part.text : `(${part.text})`);

function textOf(node: Node, of: TextOf): Text {
  if (node.operation === 'constant') return number(node.value);
  if (node.operation === 'symbol') return { text: node.name, binds: ATOM };
  const called = CALLS.get(node.operation);
  if (called) {
    return { text: `${called}(${node.operands.map((operand) => of(operand).text).join(', ')})`, binds: ATOM };
  }
  const [x, y, z] = node.operands;
  const infix = (sign: string, binds: number, left: number, right: number): Text => ({
    text: `${within(of(x), left)} ${sign} ${within(of(y), right)}`,
    binds,
  });
  switch (node.operation) {
    case 'negate':
      return negated(of(x));
    case 'not':
      return x.operation === 'equal' ? unequal(x, of) : { text: `not ${within(of(x), ATOM)}`, binds: SIGN };
    case 'add': {
      const [left, right] = of(x).binds > SUM && of(y).binds === SUM ? [y, x] : [x, y];
      return { text: `${within(of(left), SUM)} + ${within(of(right), PRODUCT)}`, binds: SUM };
    }
    case 'subtract':
      return infix('-', SUM, SUM, PRODUCT);
    case 'multiply':
      return product(node, of);
    case 'divide':
      return { text: `${within(of(x), PRODUCT)}/${within(of(y), POWER)}`, binds: PRODUCT };
    case 'power':
      return { text: `${within(of(x), ATOM)}^${within(of(y), ATOM)}`, binds: POWER };
    case 'less':
      return infix('<', COMPARISON, SUM, SUM);
    case 'lessOrEqual':
      return infix('<=', COMPARISON, SUM, SUM);
    case 'equal':
      return infix('==', COMPARISON, SUM, SUM);
    case 'and':
      return infix('and', AND, AND, COMPARISON);
    case 'or':
      return infix('or', OR, OR, AND);
    case 'select':
      return {
        text: `${within(of(x), OR)} ? ${within(of(y), OR)} : ${within(of(z), CONDITIONAL)}`,
        binds: CONDITIONAL,
      };
    default:
      return { text: `${node.operation}(${node.operands.map((operand) => of(operand).text).join(', ')})`, binds: ATOM };
  }
}

/** −x. Before a product that starts with a number the sign would be read as the number's. */
function negated(x: Text): Text {
  const sticks = x.binds > PRODUCT || (x.binds === PRODUCT && !/^[\d(]/.test(x.text));
  return { text: `-${sticks ? within(x, PRODUCT) : `(${x.text})`}`, binds: SIGN };
}

function unequal(comparison: Node, of: TextOf): Text {
  const [x, y] = comparison.operands;
  return { text: `${within(of(x), SUM)} != ${within(of(y), SUM)}`, binds: COMPARISON };
}

function product(node: Node, of: TextOf): Text {
  const power = asPower(node);
  if (power) return { text: `${within(of(power.base), ATOM)}^${power.exponent}`, binds: POWER };
  // The order of factors is free: numbers go first, and a product goes left, where it needs no parentheses.
  const [a, b] = node.operands;
  const swap =
    b.operation === 'constant' || (a.operation !== 'constant' && of(a).binds > PRODUCT && of(b).binds === PRODUCT);
  const [x, y] = swap ? [b, a] : [a, b];
  return { text: `${within(of(x), PRODUCT)}*${within(of(y), POWER)}`, binds: PRODUCT };
}

/** The whole power that was multiplied out into this product, if it is one. */
function asPower(node: Node): { base: Node; exponent: number } | undefined {
  const [x, y] = node.operands.map((operand) => powerOf(operand));
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

function powerOf(node: Node): { base: Node; exponent: number } {
  return (node.operation === 'multiply' ? asPower(node) : undefined) ?? { base: node, exponent: 1 };
}

/** A number so that it reads back to the same bits; as a fraction where that is shorter. */
function number(value: number): Text {
  if (Number.isNaN(value)) return { text: '0/0', binds: PRODUCT };
  if (!Number.isFinite(value)) return { text: value > 0 ? '1/0' : '-1/0', binds: PRODUCT };
  const text = fraction(value) ?? String(value);
  return { text, binds: text.includes('/') ? PRODUCT : value < 0 ? SIGN : ATOM };
}

function fraction(value: number): string | undefined {
  if (Number.isInteger(value) || String(value).length < 9) return undefined;
  for (let bottom = 3; bottom <= 720; bottom++) {
    const top = Math.round(value * bottom);
    if (top !== 0 && Math.abs(top) < 1000 && top / bottom === value) return `${top}/${bottom}`;
  }
  return undefined;
}
