import { BINDS } from './binding.js';
import type { Node } from './graph.js';
import { requireNode } from './node.js';
import { operandsFirst } from './order.js';
import { print } from './print.js';
import { LONGEST_TEXT } from './text-bounds.js';

const { CONDITIONAL, OR, AND, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM } = BINDS;

interface Formula {
  readonly text: string;
  readonly binds: number;
}

type Of = (node: Node) => Formula;

const atom = (text: string): Formula => ({ text, binds: ATOM });
const LEFT_OUT = atom('\\dots');

/** Functions whose names LaTeX has; all others are set upright. */
const NAMED: ReadonlySet<string> = new Set([...['exp', 'log', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh']]);
const UPRIGHT: Readonly<Record<string, string>> = {
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  asinh: 'arsinh',
  acosh: 'arcosh',
  atanh: 'artanh',
  sign: 'sgn',
};
const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega'
  ).split(' '),
);

/**
 * A node as LaTeX, for a formula in mathematics: fractions, roots, powers, cases; Greek names as their letters, `x_1` and `x1` with an index.
 *
 * It is to be read by people: {@link print} gives the text that parses back. Shared parts are written out each time; of a text of more than 200 000 characters the
 * longer parts are dots.
 *
 * @example
 * import { expression } from 'sde-core';
 * const f = expression('sqrt(x)/(1 + sigma^2)', { state: ['x'], parameters: { sigma: 1 } });
 * f.toLatex(); // → \frac{\sqrt{x}}{1 + \sigma^{2}}
 */
export function printLatex(node: Node): string {
  requireNode(node, 'printLatex(node)');
  const formulas = new Map<Node, Formula>();
  const of: Of = (part) => {
    const formula = formulas.get(part) ?? LEFT_OUT;
    return formula.text.length > LONGEST_TEXT ? LEFT_OUT : formula;
  };
  for (const part of operandsFirst([node])) formulas.set(part, formulaOf(part, of));
  return (formulas.get(node) ?? LEFT_OUT).text;
}

const bracketed = (text: string): string => `\\left(${text}\\right)`;
const within = ({ text, binds }: Formula, least: number): string => (binds >= least ? text : bracketed(text));

function formulaOf(node: Node, of: Of): Formula {
  if (node.operation === 'constant') return constant(node);
  if (node.operation === 'symbol') return atom(symbol(node.name));
  const [x, y, z] = node.operands.map(of);
  const infix = (sign: string, binds: number, left: number, right: number): Formula => ({
    text: `${within(x, left)} ${sign} ${within(y, right)}`,
    binds,
  });
  switch (node.operation) {
    case 'negate':
      return { text: `-${within(x, PRODUCT)}`, binds: SIGN - 2 };
    case 'not':
      return { text: `\\lnot ${within(x, ATOM)}`, binds: SIGN };
    case 'add':
      return sum(node, of);
    case 'subtract':
      return infix('-', SUM, SUM, PRODUCT);
    case 'multiply':
      return product(node, of);
    case 'divide':
      return { text: `\\frac{${x.text}}{${y.text}}`, binds: PRODUCT };
    case 'power':
      return { text: `${base(x)}^{${y.text}}`, binds: POWER };
    case 'less':
      return infix('<', COMPARISON, SUM, SUM);
    case 'lessOrEqual':
      return infix('\\le', COMPARISON, SUM, SUM);
    case 'equal':
      return infix('=', COMPARISON, SUM, SUM);
    case 'and':
      return infix('\\land', AND, AND, COMPARISON);
    case 'or':
      return infix('\\lor', OR, OR, AND);
    case 'select':
      return {
        text: `\\begin{cases}${y.text} & \\text{if } ${x.text}\\\\${z.text} & \\text{otherwise}\\end{cases}`,
        binds: CONDITIONAL,
      };
    case 'minimum':
      return atom(`\\min${bracketed(`${x.text}, ${y.text}`)}`);
    case 'maximum':
      return atom(`\\max${bracketed(`${x.text}, ${y.text}`)}`);
    case 'abs':
      return atom(`\\left|${x.text}\\right|`);
    case 'sqrt':
      return atom(`\\sqrt{${x.text}}`);
    case 'cbrt':
      return atom(`\\sqrt[3]{${x.text}}`);
    case 'normalCdf':
      return atom(`\\Phi${bracketed(x.text)}`);
    case 'expm1':
      return { text: `e^{${x.text}} - 1`, binds: SUM };
    case 'log1p':
      return atom(`\\log${bracketed(`1 + ${x.text}`)}`);
    default:
      return call(node.operation, [x, ...(y ? [y] : [])]);
  }
}

function call(name: string, operands: readonly Formula[]): Formula {
  const word = NAMED.has(name) ? `\\${name}` : `\\operatorname{${UPRIGHT[name] ?? name}}`;
  return atom(`${word}${bracketed(operands.map(({ text }) => text).join(', '))}`);
}

/** What a sum adds that is negative is subtracted. */
function sum(node: Node, of: Of): Formula {
  const [a, b] = node.operands;
  // What has a sign goes last.
  const signed = (part: Node): boolean =>
    part.operation === 'negate' || (part.operation === 'constant' && part.value < 0);
  const [left, right] = signed(a) && !signed(b) ? [b, a] : [a, b];
  if (right.operation === 'negate')
    return { text: `${within(of(left), SUM)} - ${within(of(right.operands[0]), PRODUCT)}`, binds: SUM };
  if (right.operation === 'constant' && of(right).text.startsWith('-'))
    return { text: `${within(of(left), SUM)} - ${of(right).text.slice(1)}`, binds: SUM };
  return { text: `${within(of(left), SUM)} + ${within(of(right), SUM)}`, binds: SUM };
}

/** Numbers go first; equal factors are powers, which `x^2` was multiplied out from. */
function product(node: Node, of: Of): Formula {
  const factors = factorsOf(node);
  const powers = new Map<Node, number>();
  for (const factor of factors) powers.set(factor, (powers.get(factor) ?? 0) + 1);
  const entries = [...powers].sort(
    ([a], [b]) => Number(b.operation === 'constant') - Number(a.operation === 'constant'),
  );
  const texts = entries.map(([factor, exponent], i) => {
    if (exponent > 1) return `${base(of(factor))}^{${exponent}}`;
    return within(of(factor), i === 0 && factor.operation === 'constant' ? SUM : PRODUCT);
  });
  const text = texts.reduce((left, right) => `${left}${/^[\d.]/.test(right) ? ' \\cdot ' : ' \\, '}${right}`);
  return { text, binds: entries.length === 1 ? POWER : PRODUCT };
}

/** The factors of nested products, each as often as it stands there, as far as there are few. */
function factorsOf(node: Node): readonly Node[] {
  let factors: readonly Node[] = [node];
  for (let depth = 0; depth < 8 && factors.length < 32; depth++) {
    if (!factors.some(({ operation }) => operation === 'multiply')) break;
    factors = factors.flatMap((factor) => (factor.operation === 'multiply' ? factor.operands : [factor]));
  }
  return factors;
}

/** What a power is of: an exponent on a function's brackets would be read as the function's. */
const base = (formula: Formula): string =>
  formula.binds === ATOM && !formula.text.endsWith('}') && !formula.text.endsWith(')') && !formula.text.includes('^')
    ? formula.text
    : /^(?:\\[A-Za-z]+|[A-Za-z])_\{[^{}]*\}$/.test(formula.text)
      ? formula.text
      : bracketed(formula.text);

function constant(node: Node): Formula {
  const text = print(node);
  if (text === '0/0') return atom('\\mathrm{NaN}');
  if (text === '1/0') return atom('\\infty');
  if (text === '-1/0') return { text: '-\\infty', binds: SUM };
  const [top, bottom] = text.split('/');
  if (bottom !== undefined) {
    const fraction = `\\frac{${top.replace('-', '')}}{${bottom}}`;
    return top.startsWith('-') ? { text: `-${fraction}`, binds: SUM } : { text: fraction, binds: PRODUCT };
  }
  const [mantissa, exponent] = text.split('e');
  if (exponent === undefined) return text.startsWith('-') ? { text, binds: SUM } : atom(text);
  const times = mantissa === '1' ? '' : mantissa === '-1' ? '-' : `${mantissa} \\cdot `;
  return { text: `${times}10^{${Number(exponent)}}`, binds: text.startsWith('-') ? SUM : PRODUCT };
}

/** A name as a letter with an index: sigma_1, x2, drift rate. */
function symbol(name: string): string {
  const [, stem, index] = /^(.+?)_?(\d+|(?<=_)[\p{L}\p{N}]+)?$/u.exec(name) ?? [name, name, undefined];
  const letter = GREEK.has(stem)
    ? `\\${stem}`
    : [...stem].length === 1
      ? stem
      : `\\mathrm{${stem.replaceAll('_', '\\_')}}`;
  return index === undefined ? letter : `${letter}_{${GREEK.has(index) ? `\\${index}` : index}}`;
}
