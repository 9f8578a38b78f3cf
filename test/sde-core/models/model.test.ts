import { isJacobianModel, model, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

const nothing = (): void => {};
const base = { dimension: 2, noiseDimension: 2, drift: nothing, diffusion: nothing };

function refused(options: object): SdeError {
  try {
    model({ ...base, ...options } as Parameters<typeof model>[0]);
  } catch (error) {
    if (error instanceof SdeError) return error;
  }
  throw new Error('was accepted');
}

describe('model', () => {
  it('is frozen, and general Itô unless something is said', () => {
    const made = model(base);
    expect(Object.isFrozen(made)).toBe(true);
    expect([made.kind, made.calculus, made.noise.kind, made.noise.decided]).toEqual([
      'numeric',
      'ito',
      'general',
      'declared',
    ]);
    expect(isJacobianModel(made)).toBe(false);
    expect(isJacobianModel(model({ ...base, driftJacobian: nothing, diffusionJacobian: nothing }))).toBe(true);
  });

  it('takes a declared structure with all that follows from it', () => {
    expect(model({ ...base, noise: 'additive' }).noise).toMatchObject({
      kind: 'additive',
      additive: true,
      commutative: true,
    });
    expect(model({ ...base, noise: 'diagonal' }).noise).toMatchObject({
      kind: 'diagonal',
      diagonal: true,
      commutative: true,
    });
    expect(model({ ...base, noise: 'commutative' }).noise).toMatchObject({ kind: 'commutative', diagonal: false });
    expect(model({ ...base, noiseDimension: 1 }).noise).toMatchObject({ kind: 'scalar', commutative: true });
    expect(model({ ...base, noiseDimension: 0 }).noiseDimension).toBe(0);
  });

  it.each<readonly [string, object, string]>([
    ['no dimension', { dimension: 0 }, 'value'],
    ['half a dimension', { dimension: 1.5 }, 'value'],
    ['a negative noise dimension', { noiseDimension: -1 }, 'value'],
    ['a drift that is no function', { drift: 'x' }, 'value'],
    ['a Jacobian that is no function', { diffusionJacobian: 1 }, 'value'],
    ['an unknown calculus', { calculus: 'itô' }, 'value'],
    ['an unknown structure', { noise: 'white' }, 'value'],
    ['scalar noise of two processes', { noise: 'scalar' }, 'shape'],
    ['diagonal noise that is not square', { noise: 'diagonal', noiseDimension: 3 }, 'shape'],
    ['breakpoints that fall', { breakpoints: [1, 0.5] }, 'value'],
    ['a breakpoint twice', { breakpoints: [1, 1] }, 'value'],
    ['an infinite breakpoint', { breakpoints: [1, 1 / 0] }, 'value'],
  ])('refuses %s', (_, options, code) => {
    expect(refused(options).code).toBe(code);
  });
});
