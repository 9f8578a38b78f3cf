import { createHash } from 'node:crypto';
import {
  correlated,
  coxIngersollRoss,
  discretize,
  eulerMaruyama,
  key,
  milstein,
  type Problem,
  platen,
  problem,
  type Representation,
  symbolic,
  terminal,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { program } from 'sde-core/execution';
import { graph } from 'sde-core/expression';
import { represent } from '#sde-core/kernels/represent';
import { interpretedWalk, representedWalk, type Walk } from '#sde-core/kernels/walk';
import { pairSource } from '#sde-core/randomness/noise';

/** A program as a file holds it, and what it gives. */
export interface GoldenProgram {
  readonly name: string;
  readonly representation: Representation;
  readonly hash: string;
  /** SHA-256 of the functionals of the first {@link PATHS} paths, little-endian doubles, path by path, and of whether a watched state was below 0. */
  readonly bits: string;
}

/** Paths whose values are hashed. */
export const PATHS = 64;

const traced = (made: ReturnType<typeof program>): Representation => {
  if (made.kind === 'native') throw new Error(`${made.name} is not traced`);
  return made.representation;
};
const on = (model: Problem['model'], x0: number[], T = 1) =>
  problem({ model: model as never, x0, T }) as Problem<never>;

function twoFunctionals(): Representation {
  const model = symbolic({ state: ['x', 'y'], drift: ['y', '-sin(x)'], diffusion: [['0'], ['1/2']] });
  const chain = discretize(problem({ model, x0: [1, 0], T: 1 }), platen, 5);
  const nodes = graph();
  const state = ['x0', 'x1'].map((name) => nodes.symbol(name));
  const energy = nodes.subtract(
    nodes.multiply(nodes.constant(1 / 2), nodes.multiply(state[1], state[1])),
    nodes.cos(state[0]),
  );
  if (!chain.traced) throw new Error('not traced');
  return represent(chain.traced.step, chain.traced.grid, {
    laws: chain.driver.laws,
    values: { state, nodes: [energy, nodes.exp(energy)] },
    x0: chain.x0,
    antithetic: false,
  });
}

/** The programs of the file, made again: they need not be the same, since a step may be traced in another way. */
export function madeAgain(): readonly (readonly [string, Representation])[] {
  const growth = symbolic({ state: ['x'], drift: '3/2*x', diffusion: 'x/10' });
  const diagonal = symbolic({
    state: ['x', 'y'],
    drift: ['sin(t)*y - x^3', 'x - y'],
    diffusion: [
      ['x/4', '0'],
      ['0', 'exp(-y^2)/3'],
    ],
  });
  const jumping = symbolic({ state: ['x'], drift: 't < 0.3 ? 1 : -x', diffusion: '1/4', breakpoints: [0.3] });
  const correlating = correlated(diagonal, [
    [1, -0.5],
    [-0.5, 1],
  ]);
  const rate = coxIngersollRoss({ kappa: 1, mu: 0.04, sigma: 0.6 });
  const chain = {
    growth: discretize(on(growth, [1]), eulerMaruyama, 4),
    diagonal: discretize(on(diagonal, [1, 2]), milstein, 6),
    jumping: discretize(on(jumping, [0.25], 0.6), platen, 4),
    mirrored: discretize(on(growth, [1]), withDriver(eulerMaruyama, 'two-point'), 3),
    watched: discretize(on(rate, [0.04]), eulerMaruyama, 8),
    correlating: discretize(on(correlating, [1, 0.5]), weakTaylor2, 4),
  };
  return [
    ['Euler–Maruyama on one equation', traced(program(chain.growth, terminal('log(x)').on(chain.growth)))],
    ['Milstein on two equations', traced(program(chain.diagonal, terminal('x*y').on(chain.diagonal)))],
    ['coefficients with a breakpoint', traced(program(chain.jumping, terminal('max(x, 0)').on(chain.jumping)))],
    ['antithetic paths', traced(program(chain.mirrored, terminal('x^2').on(chain.mirrored), { antithetic: true }))],
    ['a state that is watched', traced(program(chain.watched, terminal(rate.state[0]).on(chain.watched)))],
    ['correlated noise', traced(program(chain.correlating, terminal('max(x - y, 0)').on(chain.correlating)))],
    ['two functionals', twoFunctionals()],
  ];
}

/** The hash of what a walk gives. */
export function bitsOf(representation: Representation, walk: Walk): string {
  const { laws, functionals, antithetic } = representation;
  const noise = pairSource(laws, key('golden programs'));
  const values = new Float64Array(functionals.values.length);
  const hash = createHash('sha256');
  for (let path = 0; path < PATHS; path++) {
    for (const sign of antithetic ? ([1, -1] as const) : ([1] as const)) {
      const below = walk(noise, path, sign, values);
      hash.update(new Uint8Array(values.buffer)).update(below ? '1' : '0');
    }
  }
  return hash.digest('hex');
}

/** Every lowering that there is. */
export const LOWERINGS: readonly (readonly [string, (representation: Representation) => Walk])[] = [
  ['compiled', representedWalk],
  ['interpreted', interpretedWalk],
];
