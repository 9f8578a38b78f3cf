import {
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationDetailed,
  problem,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const twoPoint = withDriver(eulerMaruyama, 'two-point');
const chainOf = (drift: string, diffusion: string, steps: number, x0 = 0.5): Chain =>
  discretize(problem({ model: symbolic({ state: ['x'], drift, diffusion }), x0: [x0], T: 1 }), twoPoint, steps);

/** The value, or undefined where it is refused as not resolved. */
function resolved(chain: Chain, phi: string, method?: 'transfer'): number | undefined {
  try {
    return exactExpectation(chain, terminal(phi), { method });
  } catch (cause) {
    if (cause instanceof SdeError && /not smooth enough/.test(cause.message)) return undefined;
    throw cause;
  }
}

describe('the transfer operator and what its nodes miss', () => {
  it('refuses a bump between all nodes, which the default would give as 0', () => {
    const chain = chainOf('-x+0.1*sin(x)', '0.3+0.1*cos(x)', 32);
    expect(resolved(chain, 'exp(-((x-0.3)/0.002)^2)')).toBeUndefined();
    const wide = exactExpectationDetailed(chain, terminal('exp(-((x-0.3)/0.05)^2)'));
    expect(wide.method).toBe('transfer');
    expect(wide.value).toBeCloseTo(0.1209694566295, 12);
    expect(wide.warnings).toEqual([]);
  });

  it.each([0.1, 0.03, 0.01, 0.001])('gives the value of the tree or none: bumps of width %d', (width) => {
    const chain = chainOf('-x+0.1*sin(x)', '0.3+0.1*cos(x)', 9);
    for (const center of width < 0.01 ? [0.3] : [0.21, 0.3, 0.6]) {
      const phi = `exp(-((x-${center})/${width})^2)`;
      const found = resolved(chain, phi, 'transfer');
      if (found === undefined) continue;
      expect(Math.abs(found - exactExpectation(chain, terminal(phi), { method: 'tree' }))).toBeLessThan(1e-9);
    }
  });

  it('applies its tolerance to all of the error that it reports', () => {
    expect(resolved(chainOf('0', '1', 64, 0), 'exp(20*x)', 'transfer')).toBeUndefined();
    // E e^(ia√h ξ) = cos(a√h) a step.
    const found = exactExpectationDetailed(chainOf('0', '1', 64, 0), terminal('cos(10*x)'), { method: 'transfer' });
    expect(found.error).toBeLessThan(1e-9);
    expect(Math.abs(found.value - Math.cos(10 / 8) ** 64)).toBeLessThan(1e-9);
  });
});
