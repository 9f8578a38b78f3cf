import { discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
import { describe, expect, it } from 'vitest';

const brownian = symbolic({ state: ['x'], drift: '0', diffusion: '1' });
const chain = discretize(problem({ model: brownian, x0: [0], T: 1 }), eulerMaruyama, 1);
/** P(N(0, 1) > 4.2). */
const BEYOND = 1.3345749e-5;

describe('branches that no path takes', () => {
  for (const [phi, truth] of [
    ['x > 4.2 ? 1000 : (x > 0 ? 1 : 0)', 0.5 + 999 * BEYOND],
    ['x > 0 ? (x > 4.2 ? 1000 : 1) : 0', 0.5 + 999 * BEYOND],
    ['x + 1000*(x > 4.2)', 1000 * BEYOND],
    ['x > 4.2 ? 1000 + x : x', 1000 * BEYOND],
  ] as const) {
    it(`do not let ${phi} converge, and are in its interval`, async () => {
      for (let k = 0; k < 6; k++) {
        const run = { tolerance: 0.01, maxPaths: 2 ** 14, key: key(k), backend: inline() };
        const { converged, interval, warnings } = await expectation(chain, terminal(phi), run);
        expect(converged).toBe(false);
        expect(interval.low).toBeLessThan(truth);
        expect(interval.high).toBeGreaterThan(truth);
        expect(warnings.map(({ kind }) => kind)).toEqual([expect.stringMatching(/rare-event|heavy-tail/)]);
      }
    });
  }

  it('name the branch under the state of the chain', async () => {
    const run = { paths: 4096, key: key(1), backend: inline() };
    const { sample, warnings } = await expectation(chain, terminal('x > 6 ? 1000 : x'), run);
    expect(sample?.untaken).toMatchObject({ branch: '6 < x', highest: 1000 });
    expect(warnings[0]).toMatchObject({ kind: 'rare-event', hits: 0, branch: '6 < x' });
  });

  it('say nothing where they add nothing', async () => {
    for (const phi of [
      'x > 30 ? 30 : x',
      'x > 20 ? exp(20) : exp(x)',
      'x == 0 ? 1 : sin(x)/x',
      'x < -9 ? 0 : sqrt(x + 10)',
    ]) {
      const run = { tolerance: 0.04, key: key(1), backend: inline() };
      const { converged, warnings } = await expectation(chain, terminal(phi), run);
      expect([phi, converged, warnings]).toEqual([phi, true, []]);
    }
  });
});
