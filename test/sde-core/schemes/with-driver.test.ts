import { eulerMaruyama, milstein, platen, SdeError, weakTaylor2, withDriver } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('withDriver', () => {
  it('replaces the law of the increments and nothing else', () => {
    const simplified = withDriver(eulerMaruyama, 'two-point');
    expect(simplified.driver.increments).toBe('two-point');
    expect(simplified.order).toEqual({ weak: 1, strong: null, ode: 1 });
    expect(simplified.name).toBe('Euler–Maruyama (two-point)');
    expect(simplified.step).toBe(eulerMaruyama.step);
    expect(eulerMaruyama.driver.increments).toBe('gaussian');
    expect(withDriver(platen, 'gaussian').driver.auxiliary(3)).toEqual(['two-point', 'two-point', 'two-point']);
  });

  it('gives the scheme itself for the law that it has', () => {
    expect(withDriver(platen, 'three-point')).toBe(platen);
  });

  it('refuses a law with too few moments: two-point for weak order 2', () => {
    for (const scheme of [platen, weakTaylor2]) {
      expect(() => withDriver(scheme, 'two-point')).toThrow(SdeError);
      expect(() => withDriver(scheme, 'two-point')).toThrow(/up to 5: gaussian or three-point/);
    }
    expect(withDriver(milstein, 'two-point').order.weak).toBe(1);
  });

  it('refuses a law that does not exist', () => {
    // What a caller without types can write.
    expect(() => withDriver(platen, 'cauchy' as 'gaussian')).toThrow(/no such law/);
  });
});
