import { crankNicolson, hundsdorferVerwer, uniform, weakErrorProfile } from 'kolmogorov';
import { eulerMaruyama, platen, problem, symbolic } from 'sde-core';
import { plotWeakError } from 'sde-plots';
import { describe, expect, it } from 'vitest';
import { HOSTILE, shown, strictXml } from '../../strict-xml.js';

const well = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: [['0.5']] });

describe('plotWeakError', () => {
  it.each([
    ['h', eulerMaruyama],
    ['h²', platen],
  ] as const)('draws the density at %s, and its integral in the title', async (power, scheme) => {
    const profile = weakErrorProfile(problem({ model: well, x0: [0.4], T: 1 }), scheme, 'tanh(2*x)', {
      grid: [uniform(-2, 2, 61)],
      stepping: crankNicolson({ steps: 30 }),
    });
    const svg = await plotWeakError(profile, { title: scheme.name, state: 'q' });
    expect(svg).toContain(`${scheme.name}: C = ${profile.constant.toPrecision(3)} at ${power}<`);
    expect(svg).toContain('state q');
    const hostile = HOSTILE.join(' ');
    const { texts } = strictXml(await plotWeakError(profile, { title: hostile, state: hostile }));
    expect(texts).toContain(shown(`state ${hostile}`));
    expect(texts.some((text) => text.startsWith(shown(`${hostile}: C = `)))).toBe(true);
    // Both signs occur in a well: bands on both sides of the middle, and five squares of the legend.
    expect([...svg.matchAll(/<path fill="rgb[^"]*" d="[^"]+"/g)].length).toBeGreaterThan(9 + 5);
  });

  it('refuses more than one dimension', async () => {
    const plane = symbolic({ state: ['x', 'y'], drift: ['-x', '-y'], diffusion: [[0.3], [0.2]] });
    const profile = weakErrorProfile(problem({ model: plane, x0: [0, 0], T: 1 }), eulerMaruyama, 'x*y', {
      grid: [uniform(-2, 2, 11), uniform(-2, 2, 11)],
      stepping: hundsdorferVerwer({ steps: 4 }),
    });
    expect(profile.density.marginal(1, 0).length).toBe(11);
    await expect(plotWeakError(profile, { title: 'plane' })).rejects.toThrow(/d = 1/);
  });
});
