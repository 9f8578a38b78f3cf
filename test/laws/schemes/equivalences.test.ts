import { type Chain, discretize, problem, type Scheme, type SymbolicModel, schemes, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { pairCount } from '#sde-core/schemes/area-signs';
import { discreteLaw } from '#sde-core/studies/discrete-law';
import { stepMoments } from '#sde-core/studies/local-order';

/** Sums over a step's outcomes round to ε of their largest term. */
const ROUNDING = 64 * Number.EPSILON;

const ALPHAS_1 = [[1], [2], [3], [4]];
const ALPHAS_2 = [
  [1, 0],
  [0, 1],
  [2, 0],
  [1, 1],
  [0, 2],
  [2, 1],
  [1, 2],
];

const step = (model: SymbolicModel, scheme: Scheme, x0: readonly number[], h = 1 / 8): Chain =>
  discretize(problem<SymbolicModel>({ model, x0, t0: 0.3, T: 0.3 + h }), scheme, 1);

/** Values of a quadrature: room for five nodes a variable for one Wiener process and for two, so that both are by the same. */
const ENOUGH = 4096;

/** E Π ΔX^α of a step, all normal variables by the same quadrature. */
function moments(chain: Chain, alphas: readonly (readonly number[])[]): number[] {
  const law = discreteLaw(chain.driver.laws, 5, ENOUGH);
  if (!law) throw new Error(`${chain.name} has too many outcomes`);
  return stepMoments(chain, law, alphas);
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(ROUNDING);
  });
}

/** Both have local error O(h^(p+1)): so has their difference, with a ratio of 2^(p+1) when h is halved; or there is none. */
function expectSameToOrder(scheme: Scheme, difference: (h: number) => number): void {
  const [coarse, fine] = [difference(2 ** -7), difference(2 ** -8)];
  if (coarse <= ROUNDING) expect(fine).toBeLessThanOrEqual(ROUNDING);
  else expect(Math.log2(coarse / fine)).toBeGreaterThan(Math.floor(scheme.order.weak) + 1 - 1 / 4);
}

type Column = readonly [string, string];
const DRIFT: Column = ['y * (1 + t) - 0.2 * x^3', '0.3 * x * y - 0.5 * y'];

/** Models in the plane with the widest noise that a scheme is for; more than one column where that noise allows it. */
function planeOf({ noise, calculus }: Scheme): {
  readonly columns: readonly Column[];
  readonly line: string;
  readonly model: (columns: readonly Column[]) => SymbolicModel;
} {
  const model = (columns: readonly Column[]): SymbolicModel =>
    symbolic({
      state: ['x', 'y'],
      drift: DRIFT,
      diffusion: [0, 1].map((i) => columns.map((column) => column[i])),
      calculus,
    });
  const line = '0.3 + 0.4 * x + 0.15 * x^2';
  if (noise.includes('general')) {
    const columns: readonly Column[] = [
      ['0.4 + 0.3 * y^2', '0.25 * x * y'],
      ['0.3 * x', '0.5 + 0.2 * x - 0.3 * t * y'],
      ['0.2 * x - 0.1 * y', '0.3 * y'],
    ];
    return { columns, line, model };
  }
  const scaled = (factor: number): Column => [`${factor} * (0.4 * x * y)`, `${factor} * (0.5 + 0.2 * y^2)`];
  if (noise.includes('commutative')) return { columns: [1, -0.75, 0.5].map(scaled), line, model };
  if (noise.includes('scalar')) return { columns: [scaled(1)], line, model };
  const columns: readonly Column[] = [
    ['0.5 + 0.3 * t', '0.1'],
    ['0.2 * t^2', '0.6 - 0.2 * t'],
    ['0.3', '0.4 * t'],
  ];
  return { columns, line: '0.3 + 0.2 * t', model };
}

const START = [0.7, -0.6];
const PERMUTATIONS = [
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Whether each pair of three Wiener processes has variables of its own. One sign for all pairs is not the same for every order of them. */
const treatsPairsAlike = ({ driver }: Scheme): boolean => {
  const { length } = driver.auxiliary(3);
  return length === 0 || length >= pairCount(3);
};

/** Whether components that the model does not couple stay so: not for the norms in tamed and truncated Euler. */
function keepsComponentsApart(scheme: Scheme): boolean {
  const model = symbolic({
    state: ['x', 'y'],
    drift: ['x', '100 * y'],
    diffusion: [['0'], ['0']],
    calculus: scheme.calculus,
  });
  const [alone, beside] = [0, 1e4].map((other) => {
    const chain = step(model, scheme, [1, other]);
    const out = new Float64Array(2);
    chain.step(0, chain.x0, new Float64Array(chain.driver.size), out);
    return out[0];
  });
  return alone === beside;
}

describe.each(schemes.map((scheme) => [scheme.name, scheme] as const))('%s', (_, scheme) => {
  const { calculus, noise } = scheme;
  const { columns, line, model } = planeOf(scheme);
  // A scheme of one Wiener process has no columns to compare.
  const several = columns.length > 1;
  const drift = '0.5 * x - 0.3 * x^3 + t';
  const scalar = symbolic({ state: ['x'], drift, diffusion: [[line]], calculus });

  it('takes the same step of one equation whether its noise is called additive, scalar, diagonal, commutative or general', () => {
    const plain = step(scalar, scheme, [0.7]);
    const law = discreteLaw(plain.driver.laws, 5) ?? [];
    const [x, other] = [new Float64Array(1), new Float64Array(1)];
    for (const kind of ['additive', 'scalar', 'diagonal', 'commutative', 'general'] as const) {
      const called = step({ ...scalar, noise: { ...scalar.noise, kind } }, scheme, [0.7]);
      for (const { noise: xi } of law) {
        plain.step(0, plain.x0, xi, x);
        called.step(0, called.x0, xi, other);
        expect(Array.from(other)).toEqual(Array.from(x));
      }
    }
  });

  if (several)
    it('does not see a column of zeros, in law', () => {
      const padded = symbolic({ state: ['x'], drift, diffusion: [[line, '0']], calculus });
      expectSame(moments(step(padded, scheme, [0.7]), ALPHAS_1), moments(step(scalar, scheme, [0.7]), ALPHAS_1));
    });

  it('takes a diagonal model for as many scalar ones, in law, unless it takes norms of the state', () => {
    const additive = !noise.some((kind) => kind === 'general' || kind === 'diagonal');
    const [f, g] = [
      ['0.4 * x - 0.2 * x^3 * t', '0.3 - 0.5 * y'],
      additive ? ['0.3 + 0.2 * t', '0.5'] : ['0.3 + 0.2 * x * t', '0.5 * y - 0.1 * y^2'],
    ];
    const plane = (h: number): Chain => {
      const diffusion = [
        [g[0], '0'],
        ['0', g[1]],
      ];
      return step(symbolic({ state: ['x', 'y'], drift: f, diffusion, calculus }), scheme, START, h);
    };
    const lines = ['x', 'y'].map((name, i) => symbolic({ state: [name], drift: f[i], diffusion: g[i], calculus }));
    lines.forEach((equation, i) => {
      const along = [1, 2, 3, 4].map((power) => START.map((__, j) => (i === j ? power : 0)));
      const alone = (h: number): number[] => moments(step(equation, scheme, [START[i]], h), ALPHAS_1);
      if (keepsComponentsApart(scheme)) expectSame(moments(plane(1 / 8), along), alone(1 / 8));
      else expectSameToOrder(scheme, (h) => distance(moments(plane(h), along), alone(h)));
    });
  });

  if (several)
    it('has the same law for any order of the columns of σ', () => {
      const law = (order: readonly number[], h: number): number[] =>
        moments(step(model(order.map((k) => columns[k])), scheme, START, h), ALPHAS_2);
      expectSame(law([1, 0], 1 / 8), law([0, 1], 1 / 8));
      for (const order of PERMUTATIONS) {
        if (treatsPairsAlike(scheme)) expectSame(law(order, 1 / 8), law([0, 1, 2], 1 / 8));
        else expectSameToOrder(scheme, (h) => distance(law(order, h), law([0, 1, 2], h)));
      }
    });

  if (several)
    it('takes a column split in two, (b/√2, b/√2), for the same noise, to its order', () => {
      const half = `(${line}) / sqrt(2)`;
      const split = symbolic({ state: ['x'], drift, diffusion: [[half, half]], calculus });
      expectSameToOrder(scheme, (h) => {
        const [one, two] = [scalar, split].map((equation) => moments(step(equation, scheme, [0.7], h), ALPHAS_1));
        return distance(one, two);
      });
    });

  it('commutes with a rotation and with an exchange of the coordinates', () => {
    // u = R x with R = (c, s; −s, c): a rotation by 3-4-5, and one by a right angle.
    for (const [c, s] of [
      [0.6, 0.8],
      [0, 1],
    ]) {
      const R = [
        [c, s],
        [-s, c],
      ];
      const apply = (x: ArrayLike<number>): number[] => R.map((row) => row[0] * x[0] + row[1] * x[1]);
      const plain = model(columns);
      const inverse = { x: `(${c} * x - ${s} * y)`, y: `(${s} * x + ${c} * y)` };
      const rewritten = (expression: string): string =>
        expression.replace(/\b[xy]\b/g, (name) => inverse[name as 'x' | 'y']);
      const turn = (vector: readonly string[]): Column => {
        const [first, second] = vector.map(rewritten);
        return [`${c} * (${first}) + ${s} * (${second})`, `${-s} * (${first}) + ${c} * (${second})`];
      };
      const turned = symbolic({
        state: ['x', 'y'],
        drift: turn(DRIFT),
        diffusion: [0, 1].map((i) => columns.map((column) => turn(column)[i])),
        calculus,
      });
      const [before, after] = [step(plain, scheme, START), step(turned, scheme, apply(START))];
      const law = discreteLaw(before.driver.laws, 5) ?? [];
      expect(law.length).toBeGreaterThan(1);
      const [x, u] = [new Float64Array(2), new Float64Array(2)];
      for (const { noise: xi } of law.slice(0, 60)) {
        before.step(0, before.x0, xi, x);
        after.step(0, after.x0, xi, u);
        apply(x).forEach((value, i) => {
          expect(Math.abs(value - u[i])).toBeLessThanOrEqual(ROUNDING);
        });
      }
    }
  });
});

describe('the properties that tell where a law is the same to rounding and where to the order', () => {
  it('are those of a few schemes', () => {
    const lacking = (property: (scheme: Scheme) => boolean): string[] =>
      schemes.filter((scheme) => !property(scheme)).map(({ name }) => name);
    expect(lacking(treatsPairsAlike)).toEqual(['W2Ito1', 'RS1', 'RS2']);
    expect(lacking(keepsComponentsApart)).toEqual(['tamed Euler', 'truncated Euler']);
  });
});
