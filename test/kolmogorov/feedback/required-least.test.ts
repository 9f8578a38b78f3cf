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

const free = {};
const up = { lower: 0 };
test.each([
  ['a+b', '(a-b)^2', free],
  ['a+b', '(0.1*a-0.3*b)^2', free],
  ['-a-b', '(a-b)^2', up],
  ['-a-b', '(0.1*a-0.3*b)^2', up],
])('drift %s, cost %s: refuses a direction that costs nothing', (drift, running, side) => {
  const model = controlled({ state: ['x'], control: ['a', 'b'], drift: [drift], diffusion: [['0.5']] });
  const solve = () => solveHJB({ model, T: 1, running, terminal: 'x', controls: { a: side, b: side } }, options);
  expect(solve).toThrow('falls without end in a and b');
});

test('refuses a direction of three controls whose cost has rank 2', () => {
  const model = controlled({ state: ['x'], control: ['a', 'b', 'c'], drift: ['a+b+c'], diffusion: [['0.5']] });
  const controls = { a: free, b: free, c: free };
  expect(() => solveHJB({ model, T: 1, running: '(a-0.3*b)^2+(b-0.7*c)^2', terminal: 'x', controls }, options)).toThrow(
    'falls without end in a and b and c',
  );
});

// Of s = a − b or a + b alone: min s² ± s = −1/4. Of b in [−1, 1] and a = b − 1/2: −2 − 1/4. Of a, b ≥ 0: 0.
test.each([
  ['a-b', free, free, -0.25],
  ['a+b', free, box, -2.25],
  ['a+b', up, up, 0],
])('drift %s, cost (a−b)²: has a least', (drift, a, b, least) => {
  const model = controlled({ state: ['x'], control: ['a', 'b'], drift: [drift], diffusion: [['0.5']] });
  const { value } = solveHJB({ model, T: 1, running: '(a-b)^2', terminal: 'x', controls: { a, b } }, options);
  expect(Math.abs(value.at(0, [0]) - least)).toBeLessThan(1e-12);
});
