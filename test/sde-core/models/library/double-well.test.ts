import { doubleWell } from 'sde-core';
import { expect, it } from 'vitest';

it('rests at its wells', () => {
  const b = new Float64Array(1);
  const model = doubleWell({ alpha: 4, sigma: 0.5 });
  for (const x of [-2, 0, 2]) {
    model.drift(0, Float64Array.of(x), b);
    expect(b[0]).toBe(0);
  }
  expect(model.noise.kind).toBe('additive');
});
