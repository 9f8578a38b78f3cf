import {
  discretize,
  eulerMaruyama,
  expression,
  generator,
  milstein,
  platen,
  problem,
  ri1,
  type SymbolicModel,
  symbolic,
  type TracedScheme,
  weakErrorOperator,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

/** E φ(X_h) by all outcomes of one step's noise. */
function oneStep(model: SymbolicModel, scheme: TracedScheme, phi: string, x0: number[], h: number): number {
  const chain = discretize(problem({ model, x0, T: h }), scheme as TracedScheme<'coefficients'>, 1);
  const value = expression(phi, { state: model.state });
  const out = new Float64Array(x0.length);
  let sum = 0;
  for (const { probability, noise } of chain.driver.outcomes ?? []) {
    chain.step(0, Float64Array.from(x0), noise, out);
    sum += probability * value.evaluate(0, out);
  }
  return sum;
}

/** L₁φ at a point: the operator's terms on the derivatives of φ. */
function localError(model: SymbolicModel, scheme: TracedScheme, phi: string, x0: number[]): number {
  return weakErrorOperator(model, scheme).reduce((sum, { derivative, coefficient }) => {
    let differentiated = expression(phi, { state: model.state });
    derivative.forEach((n, i) => {
      for (let k = 0; k < n; k++) differentiated = differentiated.derivative(model.state[i]);
    });
    return sum + coefficient.evaluate(0, x0) * differentiated.evaluate(0, x0);
  }, 0);
}

const scalar = symbolic({ state: ['x'], drift: ['sin(x)'], diffusion: 'sqrt(1+x^2)/2' });
const plane = symbolic({
  state: ['x', 'y'],
  drift: ['y', '-x'],
  diffusion: [
    ['x/2', 0.3],
    ['y/3', 'sin(x)'],
  ],
});

describe('one step of a scheme is φ + h Lφ + ½h² L²φ + h² L₁φ + O(h³)', () => {
  it.each<readonly [string, TracedScheme, SymbolicModel, string, number[]]>([
    ['Euler–Maruyama', withDriver(eulerMaruyama, 'three-point'), scalar, 'x^3', [0.7]],
    ['Euler–Maruyama, two-point', withDriver(eulerMaruyama, 'two-point'), scalar, 'x^4', [0.7]],
    ['Milstein', withDriver(milstein, 'three-point'), scalar, 'x^3', [0.7]],
    ['weak Taylor 2', weakTaylor2, scalar, 'x^3', [0.7]],
    ['Euler–Maruyama in the plane', withDriver(eulerMaruyama, 'three-point'), plane, 'x^2*y', [0.7, -0.4]],
    ['Platen in the plane', withDriver(platen, 'three-point'), plane, 'x^2*y', [0.7, -0.4]],
  ])('%s', (_, scheme, model, phi, x0) => {
    const L = generator(model);
    const expansion = [phi, L(phi), L.power(2)(phi)].map((term) =>
      typeof term === 'string' ? expression(term, { state: model.state }).evaluate(0, x0) : term.evaluate(0, x0),
    );
    const predicted = localError(model, scheme, phi, x0);
    const remainder = (h: number): number =>
      (oneStep(model, scheme, phi, x0, h) - expansion[0] - h * expansion[1] - (h * h * expansion[2]) / 2) / (h * h);
    // remainder(h) = L₁φ + c h + d h²; two steps extrapolate c away and leave 2 d h², |d| below 100 here.
    const h = 2 ** -10;
    const extrapolated = 2 * remainder(h / 2) - remainder(h);
    const rounding = (8 * 2 ** -52 * 4) / (h * h);
    expect(Math.abs(extrapolated - predicted)).toBeLessThan(2 * 100 * h * h + rounding);
  });
});

describe('coefficients that move in time are those of one more state, s with s′ = 1', () => {
  const moving = symbolic({ state: ['x'], drift: ['sin(t) - x*t'], diffusion: '0.4 + 0.2*t*x' });
  const still = symbolic({ state: ['x', 's'], drift: ['sin(s) - x*s', 1], diffusion: [['0.4 + 0.2*s*x'], [0]] });

  it.each<readonly [string, TracedScheme]>([
    ['Euler–Maruyama', eulerMaruyama],
    ['RI1', ri1],
    ['weak Taylor 2', weakTaylor2],
  ])('%s, orders 1, 2 and 3', (_, scheme) => {
    for (const order of [1, 2, 3]) {
      const inTime = weakErrorOperator(moving, scheme, { order });
      const inSpace = weakErrorOperator(still, scheme, { order });
      // s moves exactly: nothing is differentiated by it.
      expect(inSpace.map(({ derivative }) => derivative)).toEqual(inTime.map(({ derivative: [n] }) => [n, 0]));
      inTime.forEach(({ coefficient }, i) => {
        for (const [t, x] of [
          [0.3, 0.7],
          [1.1, -0.4],
        ]) {
          const [a, b] = [coefficient.evaluate(t, [x]), inSpace[i].coefficient.evaluate(0, [x, t])];
          // Some hundred terms below 10, each to a few roundings.
          expect(Math.abs(a - b)).toBeLessThan(100 * 10 * 4 * 2 ** -52);
        }
      });
    }
  });
});
