import { controlled, implicitEuler, solveHJB, uniform } from 'kolmogorov';
import { expect, test } from 'vitest';

const still = controlled({ state: ['x'], control: ['a', 'b'], drift: ['0'], diffusion: [['0.5']] });
const options = { grid: [uniform(-2, 2, 41)], stepping: implicitEuler({ steps: 5 }) };
const box = { lower: -1, upper: 1 };

test.each([
  ['a*b', -1],
  ['a^2+b^2-3*a*b', -1],
  ['-a^2-b^2+a*b', -3],
])('finds the least of %s in a box', (running, least) => {
  const { value } = solveHJB({ model: still, T: 1, running, controls: { a: box, b: box } }, options);
  expect(Math.abs(value.at(0, [0]) - least)).toBeLessThan(1e-12);
});

test.each(['a^2-b^2', 'a^2+b^2-3*a*b', 'a'])('refuses %s of controls without end', (running) => {
  expect(() => solveHJB({ model: still, T: 1, running, controls: { a: {}, b: {} } }, options)).toThrow('without end');
});
