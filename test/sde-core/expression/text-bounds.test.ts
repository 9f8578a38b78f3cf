import fc from 'fast-check';
import { expression, type Node, SdeError } from 'sde-core';
import { breaks, derivative, evaluate, graph, print, substitute } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';

const TERMS = 3000;
const each = (term: (i: number) => string, sign: string): string =>
  Array.from({ length: TERMS }, (_, i) => term(i + 1)).join(sign);

/** Long, and not deep: what a table, a series or a basket of options gives. The values at x = 0.3. */
const LONG: readonly { readonly name: string; readonly text: string; readonly value: number }[] = [
  { name: 'a sum of one symbol', text: each(() => 'x', ' + '), value: 0.3 * TERMS },
  { name: 'a sum', text: each((i) => `x/${i}`, ' + '), value: sumOf((i) => 0.3 / i) },
  { name: 'a difference', text: each((i) => `x/${i}`, ' - '), value: 0.6 - sumOf((i) => 0.3 / i) },
  { name: 'a product', text: each((i) => `(1 + x/${i * i})`, '*'), value: productOf((i) => 1 + 0.3 / (i * i)) },
  {
    name: 'a product of a negative number',
    text: `-3*${each((i) => `(1 + x/${i * i})`, '*')}`,
    value: -3 * productOf((i) => 1 + 0.3 / (i * i)),
  },
  {
    name: 'a quotient',
    text: each((i) => `(1 + x/${i * i})`, '/'),
    value: 1.3 ** 2 / productOf((i) => 1 + 0.3 / (i * i)),
  },
  { name: 'a product without signs', text: `0.5 ${'x '.repeat(100)}`, value: 0.5 * 0.3 ** 100 },
  { name: 'the largest', text: `max(${each((i) => `x*${i}`, ', ')})`, value: 0.3 * TERMS },
  { name: 'the least', text: `min(${each((i) => `x + ${i}`, ', ')})`, value: 1.3 },
  {
    name: 'conditions in a row',
    text: `${Array.from({ length: 900 }, (_, i) => `x < ${i} ? ${i} : `).join('')}x`,
    value: 1,
  },
  { name: 'comparisons in a row', text: each((i) => `${i}*x`, ' < '), value: 1 },
  { name: 'conjunctions', text: each((i) => `x < ${i}`, ' and '), value: 1 },
];

function sumOf(term: (i: number) => number): number {
  let sum = 0;
  for (let i = 1; i <= TERMS; i++) sum += term(i);
  return sum;
}

function productOf(factor: (i: number) => number): number {
  let product = 1;
  for (let i = 1; i <= TERMS; i++) product *= factor(i);
  return product;
}

const N = 100_000;
/** What no text of a person looks like. */
const DEEP: Readonly<Record<string, string>> = {
  brackets: `${'('.repeat(N / 2)}x${')'.repeat(N / 2)}`,
  'brackets, just too many': `${'('.repeat(201)}x${')'.repeat(201)}`,
  'brackets that do not close': '('.repeat(N),
  calls: `${'sin('.repeat(N / 5)}x${')'.repeat(N / 5)}`,
  signs: `${'-'.repeat(5000)}x`,
  'signs of both kinds': `${'+ - '.repeat(2500)}x`,
  negations: `${'not '.repeat(5000)}x`,
  powers: `x${'^x'.repeat(5000)}`,
  'powers of signs': `x${'^-x'.repeat(5000)}`,
  conditions: `${'x < 1 ? 2 : '.repeat(5000)}x`,
  'conditions inside': `${'x ? '.repeat(5000)}x${' : x'.repeat(5000)}`,
  'square brackets': '['.repeat(N),
  braces: '{'.repeat(N),
  'too long': ' '.repeat(1_000_000),
  'too long a sum': `x${' + x'.repeat(100_000)}`,
  factorials: `x${'!'.repeat(3000)}`,
  'a name': 'x'.repeat(N),
  'a number': '9'.repeat(N),
  'nothing but blanks': `${' '.repeat(N)}`,
  'a foreign sign after blanks': `${' '.repeat(N)}!x`,
};

const of = (text: string) => expression(text, { state: ['x'] });

describe('long formulas', () => {
  it.each(LONG)(
    '$name of thousands of terms is computed, differentiated, printed and parsed back',
    ({ text, value }) => {
      const f = of(text);
      const size = Math.abs(value);
      expect(Math.abs(f.evaluate(0, [0.3]) - value)).toBeLessThan(1e-11 * size);
      expect(Object.is(evaluate([f.node], { x: 0.3 })[0], f.evaluate(0, [0.3]))).toBe(true);
      const slope = new Float64Array(1);
      f.gradient(0, [0.3], slope);
      const h = 1e-5;
      const difference = (f.evaluate(0, [0.3 + h]) - f.evaluate(0, [0.3 - h])) / (2 * h);
      expect(Math.abs(slope[0] - difference)).toBeLessThan(1e-4 * (size + Math.abs(difference)));
      const printed = f.toString();
      expect(expression(printed, { state: ['x'], graph: f.graph }).node).toBe(f.node);
    },
  );
});

describe('formulas that nobody wrote', () => {
  it.each(Object.keys(DEEP))('%s: refused in one message of a few lines', (name) => {
    let refused: unknown;
    try {
      of(DEEP[name]);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(SdeError);
    expect(String(refused).length).toBeLessThan(1500);
    expect(String(refused)).not.toMatch(/call stack/);
  });

  it('takes up to 200 brackets, and 1000 signs', () => {
    expect(of(`${'('.repeat(200)}x${')'.repeat(200)}`).evaluate(0, [2])).toBe(2);
    expect(of(`${'-'.repeat(1000)}x`).evaluate(0, [2])).toBe(2);
    expect(of(`${'sin(x) + ('.repeat(200)}x${')'.repeat(200)}`).evaluate(0, [0])).toBe(0);
    // What is in one another is counted, not what stands side by side.
    expect(of(Array(2000).fill('-(x^2)').join(' + ')).evaluate(0, [1])).toBe(-2000);
    expect(of(`max(${Array(2000).fill('x < 1 ? -x : x').join(', ')})`).evaluate(0, [3])).toBe(3);
  });

  it('gives a value or a refusal for any row of tokens', () => {
    const tokens = [
      'x',
      't',
      '1',
      '.5',
      '1e3',
      'pi',
      '+',
      '-',
      '*',
      '/',
      '^',
      '(',
      ')',
      ',',
      '<',
      '<=',
      '==',
      '!',
      '!=',
      '?',
      ':',
    ];
    const words = [
      ' and ',
      ' or ',
      'not ',
      'min(',
      'max(',
      'sin(',
      'atan2(',
      '[',
      ']',
      '{',
      '}',
      '=',
      ';',
      "'",
      ' ',
      '…',
      '.',
      'e',
      '&&',
      '²',
      '\u0000',
      '\ud800',
    ];
    const row = (maxLength: number) => fc.array(fc.constantFrom(...tokens, ...words), { maxLength });
    let refusals = 0;
    let values = 0;
    fc.assert(
      fc.property(fc.oneof(row(5), row(40)), (parts) => {
        try {
          const f = of(parts.join(''));
          expect(typeof f.evaluate(0.25, [0.5])).toBe('number');
          expect(expression(f.toString(), { state: ['x'], graph: f.graph }).node).toBe(f.node);
          values += 1;
        } catch (error) {
          if (!(error instanceof SdeError)) throw error;
          refusals += 1;
        }
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(refusals).toBeGreaterThan(1000);
    expect(values).toBeGreaterThan(50);
  });
});

describe('graphs that are deep', () => {
  const DEPTH = 20_000;
  const g = graph();
  const x = g.symbol('x');
  const tower = (grow: (node: Node, i: number) => Node): Node => {
    let node = x;
    for (let i = 0; i < DEPTH; i++) node = grow(node, i);
    return node;
  };
  it.each([
    ['calls', () => tower((node) => g.sin(node))],
    ['signs and calls', () => tower((node) => g.negate(g.cos(node)))],
    [
      'a product with a number',
      () => g.negate(tower((node, i) => g.multiply(node, i === 0 ? g.constant(-3) : g.add(x, g.constant(i))))),
    ],
    ['conditions', () => tower((node, i) => g.select(g.less(x, g.constant(i)), g.constant(i), node))],
    ['maxima', () => tower((node, i) => g.maximum(node, g.multiply(g.constant(1 / (i + 1)), x)))],
  ])('%s: everything that walks a graph walks this one', (_, make) => {
    const node = make();
    const slope = derivative(g, x)(node);
    expect(evaluate([node, slope], { x: 0.3 }).length).toBe(2);
    expect(print(node).length).toBeGreaterThan(10_000);
    const [copy] = substitute(graph(), [node], new Map());
    expect(Object.is(evaluate([copy], { x: 0.3 })[0], evaluate([node], { x: 0.3 })[0])).toBe(true);
    expect(breaks(g, [node]).length).toBeGreaterThanOrEqual(0);
  });

  it('prints … for what is too long to be written out, and does not parse it', () => {
    let node = g.sin(x);
    for (let i = 0; i < 60; i++) node = g.add(g.sin(node), g.cos(node));
    const text = print(node);
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(1_000_000);
    expect(() => of(text)).toThrow(SdeError);
  });
});
