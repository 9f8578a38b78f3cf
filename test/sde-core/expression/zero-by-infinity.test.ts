import {
  discretize,
  expectation,
  expression,
  type Graph,
  inline,
  key,
  milstein,
  type Node,
  problem,
  type Scheme,
  symbolic,
  terminal,
  truncatedMilstein,
  weakTaylor2,
} from 'sde-core';
import {
  compileColumns,
  compileScalar,
  compileVector,
  derivative,
  evaluate,
  graph,
  symbolsOf,
} from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { guarded } from '#sde-core/expression/guard';
import { numbers } from '#sde-core/expression/numbers';
import { operandsFirst } from '#sde-core/expression/order';
import { reverseGradient } from '#sde-core/expression/reverse';
import { substitute } from '#sde-core/expression/substitute';
import { withoutGuards } from '#sde-core/expression/zero-by-infinity';
import { carry } from '#sde-core/kernels/carry';

const slopeOf = (text: string, x: number): number =>
  expression(text, { state: ['x'] })
    .derivative('x')
    .evaluate(0, [x]);

/** Functions with an infinite slope at 0, inner functions that are 0 at an edge or flat beyond it, and factors. */
const OUTER = [
  'sqrt(U)',
  'cbrt(U)',
  '(U)^0.3',
  '(U)^0.75',
  '(U)^1.2',
  '(U)^1.5',
  '(U)^2.5',
  'acosh(1 + (U))',
  'asin(1 - (U))',
];
const INNER: readonly (readonly [string, number])[] = [
  ['max(x, 0)', 0],
  ['max(0, 2*x)', 0],
  ['abs(x)', 0],
  ['max(x*(1 - x), 0)', 0],
  ['max(x*(1 - x), 0)', 1],
  ['max(x - 0.5, 0)', 0.5],
  ['min(max(x, 0), 1)', 0],
  ['x > 0 ? x : 0', 0],
  ['x > 0 ? x^2 : 0', 0],
  ['max(x, 0)^2', 0],
  ['x', 0],
];
const FACTOR = ['U', 'x*U', '(1 + x)*U', 'x^2*U', 'U/(2 + x)', 'exp(-x)*U', 'U - x', 'exp(U)'];

interface Case {
  readonly text: string;
  readonly edge: number;
}
const FAMILY: readonly Case[] = INNER.flatMap(([inner, edge]) =>
  OUTER.flatMap((outer) =>
    FACTOR.map((factor) => ({ text: factor.replaceAll('U', `(${outer.replaceAll('U', inner)})`), edge })),
  ),
);

/** The limit of the difference quotient from one side, as an interval; undefined where the function has no value there. */
function oneSided(f: (x: number) => number, x0: number, side: number): readonly [number, number] | undefined {
  // Powers of two: x0 + δ is exact, and so is the division.
  const [rough, close] = [2 ** -20, 2 ** -30].map((step) => (f(x0 + side * step) - f(x0)) / (side * step));
  if (!Number.isFinite(close)) return undefined;
  if (Math.abs(close) > 4 * Math.abs(rough)) {
    return close > 0 ? [4 * close, Number.POSITIVE_INFINITY] : [Number.NEGATIVE_INFINITY, 4 * close];
  }
  // The error falls at least like δ^0.2, so that it is below the change; and the difference loses 2^-52/2^-30 to rounding.
  const error = Math.abs(close - rough) + 2 ** -20;
  return [close - error, close + error];
}

describe('the slope at an edge', () => {
  it('is a one-sided limit, or lies between the two, over a family of formulas', () => {
    let seen = 0;
    const wrong: string[] = [];
    for (const { text, edge } of FAMILY) {
      const f = expression(text, { state: ['x'] });
      const at = (x: number): number => f.evaluate(0, [x]);
      if (!Number.isFinite(at(edge))) continue;
      const sides = [-1, 1].flatMap((side) => oneSided(at, edge, side) ?? []);
      if (sides.length === 0) continue;
      seen += 1;
      const slope = f.derivative('x').evaluate(0, [edge]);
      if (!(Math.min(...sides) <= slope && slope <= Math.max(...sides)))
        wrong.push(`${text} at ${edge}: ${slope}, ${sides}`);
    }
    expect(seen).toBeGreaterThan(600);
    expect(wrong).toEqual([]);
  });

  it('is 0, and so is the second one, where the formula is flat', () => {
    for (const { text, edge } of FAMILY.filter(({ text }) => /max\(x(, 0\)| - 0.5)|x > 0|max\(0/.test(text))) {
      if (/U - x|- x$/.test(text) || text.includes('asin') || text.includes('(1 - x)')) continue;
      const slope = expression(text, { state: ['x'] }).derivative('x');
      expect(slope.evaluate(0, [edge - 0.25]), text).toBe(0);
      expect(slope.derivative('x').evaluate(0, [edge - 0.25]), text).toBe(0);
    }
  });

  it.each<readonly [string, number, number]>([
    ['sqrt(max(x, 0))', 0, 0],
    ['sqrt(max(x, 0))', -1, 0],
    ['sqrt(max(x*(1 - x), 0))', 2, 0],
    ['abs(x)^1.5', 0, 0],
    ['x^1.5', 0, 0],
    ['x^2.5', 0, 0],
    ['x*cbrt(x)', 0, 0],
    ['acosh(max(x, 1))', 0.5, 0],
    ['sqrt(x^2)', 0, 0],
    ['sqrt(x^4)', 0, 0],
    ['x*log(x)', 0, Number.NEGATIVE_INFINITY],
    ['x^2*log(x)', 0, 0],
    ['sqrt(x)', 0, Number.POSITIVE_INFINITY],
    ['atan2(max(x, 0), max(x, 0))', -1, 0],
    // Conventions, as the docstring says.
    ['cbrt(x^3)', 0, 0],
    ['sqrt(x)*sqrt(x)', 0, 0],
    // A formula without a value has no slope.
    ['sqrt(x)', -1, Number.NaN],
    ['x*sqrt(x)', -1, Number.NaN],
    ['sin(x)/x', 0, Number.NaN],
    ['atan2(x^2, x)', 0, Number.NaN],
  ])('of %s at %f is %f', (text, x, slope) => {
    expect(slopeOf(text, x)).toBe(slope);
  });
});

/** Clipped at the edge of the outer function: the formula, the edge, and the sign of the side that is clipped. */
const CLIPPED: readonly (readonly [string, number, number])[] = [-1, 0, 0.5, 2].flatMap((c) => {
  const above = [`max(x, ${c}) - ${c}`, `max(${c}, x) - ${c}`, `max(x - ${c}, 0)`, `${c} - min(${c}, 2*${c} - x)`];
  const below = [`${c} - min(x, ${c})`, `${c} - min(${c}, x)`, `max(${c} - x, 0)`];
  const both = ([-1, 1] as const).flatMap((side) =>
    (side < 0 ? above : below).flatMap((U): [string, number, number][] =>
      [
        'sqrt(U)',
        'cbrt(U)',
        '(U)^0.3',
        '(U)^0.75',
        'acosh(1 + (U))',
        'asin((U) - 1)',
        'asin(1 - (U))',
        'acos((U) - 1)',
        'acos(1 - (U))',
        'sqrt((U)*(3 + x))',
        'sqrt(sqrt(U))',
        'exp(sqrt(U))*x - x',
        'log(U)',
        'log1p((U) - 1)',
        'atanh((U) - 1)',
      ].map((outer) => [outer.replaceAll('U', U), c, side]),
    ),
  );
  return both;
});

describe('a clip at the edge of an outer function', () => {
  it('has the slope of the clipped side, forward and backward', () => {
    expect(CLIPPED.length).toBe(420);
    const wrong: string[] = [];
    for (const [text, edge, side] of CLIPPED) {
      const { graph: g, node } = expression(text, { state: ['x'] });
      const x = g.symbol('x');
      const slope = derivative(g, x);
      const all = [slope(node), reverseGradient(g, node, [x])[0], slope(slope(node))];
      const seen = [...evaluate(all, { x: edge }), ...evaluate(all, { x: edge + side / 4 })].map((v) => v + 0);
      if (seen.some((value) => value !== 0)) wrong.push(`${text} at ${edge}: ${seen}`);
      const [forward, backward] = evaluate(all, { x: edge - side / 4 });
      if (forward === 0 || !(Math.abs(forward - backward) <= 12 * Number.EPSILON * Math.max(1, Math.abs(forward))))
        wrong.push(`${text} inside: ${forward}, ${backward}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is 0 in each variable of max(x, y) − y, and infinite where no side is flat', () => {
    const { graph: g, node } = expression('sqrt(max(x, y) - y)', { state: ['x', 'y'] });
    const symbols = [g.symbol('x'), g.symbol('y')];
    const all = [...symbols.map((symbol) => derivative(g, symbol)(node)), ...reverseGradient(g, node, symbols)];
    expect([...evaluate(all, { x: 1, y: 1 })]).toEqual([0, 0, 0, 0]);
    expect(slopeOf('sqrt(max(x, 2*x))', 0)).toBe(Number.POSITIVE_INFINITY);
    expect(slopeOf('max(x, 1)', 1)).toBe(1);
  });

  it('costs nothing where the outer slope is finite', () => {
    for (const text of ['sqrt(max(x, 0.1))', 'log(max(x, 1))', 'exp(max(x, 1) - 1)', 'atan(max(x, 1))']) {
      const { graph: g, node } = expression(text, { state: ['x'] });
      const slope = derivative(g, g.symbol('x'))(node);
      expect(operandsFirst([slope]).some((part) => guarded(part))).toBe(false);
    }
  });

  it.each([
    ['0.2*asin(max(x, -1))', -1],
    ['0.2*acos(max(x, -1))', -1],
    ['0.2*acosh(max(x, 1))', 1],
  ])('loses no path of Milstein: %s', async (diffusion, x0) => {
    const model = symbolic({ state: ['x'], drift: '0.1', diffusion });
    const chain = discretize(problem({ model, x0: [x0], T: 1 }), milstein, 16);
    const { mean, warnings } = await expectation(chain, terminal('x'), { paths: 256, key: key('clip') });
    expect(Number.isFinite(mean)).toBe(true);
    expect(warnings.map(({ kind }) => kind)).not.toContain('lost-paths');
  });
});

const POINTS = [-1, -0.25, 0, 2 ** -1070, 0.3, 0.5, 1, 1.75];

describe('every interpreter', () => {
  /** Some formulas of the family, with their first and second derivatives. */
  const some = [...FAMILY.filter((_, i) => i % 5 === 0).map(({ text }) => text), ...CLIPPED.map(([text]) => text)];
  const nodes = some.map((text) => {
    const f = expression(text, { state: ['x'] });
    const slope = derivative(f.graph, f.graph.symbol('x'));
    return { text, graph: f.graph, x: f.graph.symbol('x'), all: [slope(f.node), slope(slope(f.node))] };
  });

  it('agrees bit for bit', () => {
    for (const { text, x, all } of nodes) {
      const given = { state: [x] };
      const [scalars, vector, columns] = [
        all.map((node) => compileScalar(node, given)),
        compileVector(all, given),
        compileColumns(all, given),
      ];
      const table = all.map(() => new Float64Array(POINTS.length));
      columns(0, [Float64Array.from(POINTS)], table);
      POINTS.forEach((point, p) => {
        const reference = evaluate(all, { x: point });
        const out = new Float64Array(all.length);
        vector(0, [point], out);
        expect([...out], text).toEqual([...reference]);
        expect(scalars.map((f) => f(0, [point]))).toEqual([...reference]);
        // A column keeps the sign of the zero that it held.
        expect(table.map((column) => column[p] + 0)).toEqual([...reference].map((value) => value + 0));
        expect(carry(numbers, all, () => point)).toEqual([...reference]);
        const other = graph();
        expect([
          ...evaluate(
            carry(other, all, () => other.symbol('y')),
            { y: point },
          ),
        ]).toEqual([...reference]);
      });
    }
  });

  it('gives the same by the chain rule from the result back', () => {
    for (const { text, edge } of FAMILY) {
      const { graph: g, node } = expression(text, { state: ['x'] });
      const x = g.symbol('x');
      const both = [derivative(g, x)(node), reverseGradient(g, node, [x])[0]];
      for (const point of [edge, edge - 0.25, edge + 0.25]) {
        const [forward, backward] = evaluate(both, { x: point });
        if (Number.isFinite(forward)) {
          // A dozen operations, each rounded.
          expect(Math.abs(forward - backward), text).toBeLessThanOrEqual(
            12 * Number.EPSILON * Math.max(1, Math.abs(forward)),
          );
        } else expect(backward, text).toBe(forward);
      }
    }
  });
});

describe('what was finite', () => {
  /** The nodes without any guard: what the chain rule alone gives. */
  const bare = (g: Graph, nodes: readonly Node[]): Node[] => {
    const plain = new Map<Node, Node>();
    for (const part of operandsFirst(nodes)) {
      const value = guarded(part);
      if (value) plain.set(part, substitute(g, [value], plain)[0]);
    }
    return substitute(g, nodes, plain);
  };

  it('has the same bits', () => {
    let changed = 0;
    for (const { text } of FAMILY) {
      const { graph: g, node } = expression(text, { state: ['x'] });
      const slope = derivative(g, g.symbol('x'));
      const with0 = [slope(node), slope(slope(node))];
      const without = bare(g, with0);
      for (const point of POINTS) {
        const [a, b] = [evaluate(with0, { x: point }), evaluate(without, { x: point })];
        b.forEach((value, i) => {
          // An infinite slope at the tie of a clip becomes that of the clipped side.
          const clipped = Math.abs(value) === Number.POSITIVE_INFINITY && Number.isFinite(a[i]) && /max|min/.test(text);
          if (!Number.isNaN(value) && !clipped) expect(Object.is(a[i], value), `${text} at ${point}`).toBe(true);
          else if (!Number.isNaN(a[i])) changed += 1;
        });
      }
    }
    expect(changed).toBeGreaterThan(1000);
  });

  it.each([
    'a*x',
    'x - x^3',
    'sqrt(1 + x^2)',
    'exp(-x)/(1 + x^2)',
    'sin(x)*cos(x)',
    'a*(b - x)/3',
    'tanh(a*x)*x',
    'exp(a*x)/(1 + exp(a*x))',
    'max(x, 0)^2',
    'abs(x)*x',
  ])('costs nothing where 0 · ∞ cannot occur: %s', (text) => {
    const { graph: g, node } = expression(text, { state: ['x'], parameters: { a: 2, b: 1 } });
    const slope = derivative(g, g.symbol('x'));
    for (const part of operandsFirst([slope(node), slope(slope(node))])) expect(guarded(part)).toBeUndefined();
  });

  it('costs nothing once a parameter has a value that excludes it', () => {
    const { graph: g, node } = expression('x^a*sqrt(1 + a*x^2)/a', { state: ['x'], parameters: { a: 2 } });
    const slope = derivative(g, g.symbol('x'))(node);
    expect(operandsFirst([slope]).some((part) => guarded(part))).toBe(true);
    const [bound] = substitute(g, [slope], new Map([[g.symbol('a'), g.constant(2)]]));
    expect(symbolsOf(bound)).toEqual([g.symbol('x')]);
    expect(operandsFirst([bound]).some((part) => guarded(part))).toBe(false);
  });

  it('expansions see no guard of a smooth formula', () => {
    const { graph: g, node } = expression('x*sqrt(x)', { state: ['x'] });
    const slope = derivative(g, g.symbol('x'))(node);
    const [plain] = withoutGuards(g, [slope]);
    expect(operandsFirst([plain]).some(({ operation }) => operation === 'select')).toBe(false);
    expect(evaluate([plain], { x: 0.7 })).toEqual(evaluate([slope], { x: 0.7 }));
  });
});

describe('a square root that is cut off', () => {
  const PATHS = 1 << 14;
  const STEPS = 32;
  const Z = 4;
  const cir = symbolic({ state: ['x'], drift: ['2*(0.04 - x)'], diffusion: [['0.5*sqrt(max(x, 0))']] });
  const wrightFisher = symbolic({
    state: ['x'],
    drift: ['0.1*(0.3 - x)'],
    diffusion: [['sqrt(max(x*(1 - x), 0))']],
  });

  /** E x of a scheme on x′ = κ (θ − x) dt + martingale: its own polynomial in κ h, whatever the noise does. */
  const mean = (kappa: number, theta: number, x0: number, taylor: number): number => {
    const z = kappa / STEPS;
    return theta + (x0 - theta) * (1 - z + (taylor === 2 ? z ** 2 / 2 : 0)) ** STEPS;
  };

  it.each<readonly [string, Scheme, number]>([
    ['Milstein', milstein, 1],
    ['truncated Milstein', truncatedMilstein, 1],
    ['weak Taylor 2', weakTaylor2, 2],
  ])('keeps every path of %s, and its mean', async (_, scheme, taylor) => {
    for (const [model, kappa, theta, x0] of [
      [cir, 2, 0.04, 0.04],
      [cir, 2, 0.04, 0],
      [cir, 2, 0.04, 0.1],
      [wrightFisher, 0.1, 0.3, 0.3],
      [wrightFisher, 0.1, 0.3, 0.9],
    ] as const) {
      const chain = discretize(problem({ model, x0: [x0], T: 1 }), scheme, STEPS);
      const estimate = await expectation(chain, terminal('x'), { paths: PATHS, key: key(3), backend: inline() });
      expect(estimate.nonFinite).toBe(0);
      const error = Math.abs(estimate.mean - mean(kappa, theta, x0, taylor));
      expect(error).toBeLessThanOrEqual(Z * estimate.standardError);
    }
  });

  it('has the second moment of the Wright–Fisher model', async () => {
    const chain = discretize(problem({ model: wrightFisher, x0: [0.3], T: 1 }), milstein, 128);
    const estimate = await expectation(chain, terminal('x^2'), { paths: PATHS, key: key(5), backend: inline() });
    // d E x²/dt = 2 E 0.1 (0.3 − x) x + E x (1 − x) with E x = 0.3, so that m′ = 0.318 − 1.2 m.
    const exact = 0.318 / 1.2 + (0.09 - 0.318 / 1.2) * Math.exp(-1.2);
    expect(Math.abs(estimate.mean - exact)).toBeLessThanOrEqual(Z * estimate.standardError);
  });
});
