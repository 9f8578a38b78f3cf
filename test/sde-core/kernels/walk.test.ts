import { discretize, eulerMaruyama, key, problem, symbolic, terminal } from 'sde-core';
import { program } from 'sde-core/execution';
import { graph } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { blockKernel } from '#sde-core/kernels/block-kernel';
import { tracedProgram } from '#sde-core/kernels/program';
import { represent } from '#sde-core/kernels/represent';
import { interpretedWalk, representedWalk } from '#sde-core/kernels/walk';
import { pairSource } from '#sde-core/randomness/noise';
import { bitsOf, madeAgain } from '../../conformance/golden-programs.js';

describe('a walk', () => {
  it.each(madeAgain())('has the same bits compiled and interpreted: %s', (_, representation) => {
    expect(bitsOf(representation, interpretedWalk(representation))).toBe(
      bitsOf(representation, representedWalk(representation)),
    );
  });

  it('has them where states and values are too many for locals, and where paths are lost', () => {
    const state = Array.from({ length: 4100 }, (_, i) => `x${i}`);
    const drift = state.map((name, i) => `${name}*(1 - ${state[(i + 1) % state.length]})`);
    const model = symbolic({ state, drift, diffusion: state.map((name, i) => [i < 2 ? `40*${name}^3` : '0']) });
    const chain = discretize(problem({ model, x0: state.map((_, i) => i / 4100), T: 4 }), eulerMaruyama, 4);
    const made = program(chain, terminal('x7 + exp(x8)').on(chain));
    if (made.kind === 'native') throw new Error('not traced');
    const { representation } = made;
    expect(representation.step.instructions.length).toBeGreaterThan(8192);
    expect(bitsOf(representation, interpretedWalk(representation))).toBe(
      bitsOf(representation, representedWalk(representation)),
    );
  });
});

describe('a kernel of several functionals', () => {
  const model = symbolic({ state: ['x', 'y'], drift: ['y', '-x'], diffusion: [['x/4'], ['1/2']] });
  const chain = discretize(problem({ model, x0: [1, 0], T: 1 }), eulerMaruyama, 5);

  it.each([false, true])('gives each of them what it is alone (antithetic: %s)', (antithetic) => {
    const nodes = graph();
    const state = [nodes.symbol('x0'), nodes.symbol('x1')];
    const energy = nodes.add(nodes.multiply(state[0], state[0]), nodes.multiply(state[1], state[1]));
    const both = [energy, nodes.exp(nodes.negate(energy))];
    if (!chain.traced) throw new Error('not traced');
    const { step, grid } = chain.traced;
    const common = { laws: chain.driver.laws, x0: chain.x0, antithetic };
    const noise = pairSource(chain.driver.laws, key(5));
    const run = (...of: typeof both): Float64Array[] => {
      const representation = represent(step, grid, { ...common, values: { state, nodes: of } });
      const values = of.map(() => new Float64Array(20));
      blockKernel(tracedProgram('', representation))(noise, 3, 20, values, new Uint8Array(20));
      return values;
    };
    const together = run(...both);
    expect(together).toEqual(both.flatMap((node) => run(node)));
    const squared = terminal('x^2 + y^2').on(chain);
    const alone = [new Float64Array(20)];
    blockKernel(program(chain, squared, { antithetic }))(noise, 3, 20, alone, new Uint8Array(20));
    expect(together[0]).toEqual(alone[0]);
  });
});
