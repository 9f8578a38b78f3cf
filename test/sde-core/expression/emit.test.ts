import { compileScalar, evaluate, graph } from 'sde-core/expression';
import { expect, it } from 'vitest';
import { emit, isCall, javascript, literal } from '#sde-core/expression/emit';
import { straightline } from '#sde-core/expression/straightline';

it('writes each node once, operands first', () => {
  const g = graph();
  const x = g.symbol('x');
  const shared = g.exp(x);
  const outputs = [g.multiply(shared, shared), g.subtract(shared, g.constant(2))];
  const { instructions, at } = straightline(outputs, () => ({ kind: 'argument' }));
  const code = emit(instructions, () => 'x[0]');
  expect([...code.lines]).toEqual([
    'const v0 = x[0];',
    'const v1 = exp(v0);',
    'const v2 = v1 * v1;',
    expect.stringMatching(/^const v\d = v1 - 2;$/),
  ]);
  expect([...code.calls]).toEqual(['exp']);
  expect([...code.places]).toEqual(outputs.flatMap((output, i) => (i === 0 ? [0, 1, at(output)] : [at(output)])));
});

it('keeps values in an array where they are too many for locals', () => {
  const g = graph();
  let node = g.symbol('x');
  for (let i = 0; i < 9000; i++) node = g.sin(node);
  const { instructions } = straightline([node], () => ({ kind: 'argument' }));
  const code = emit(instructions, () => 'x[0]', 'u');
  expect(code.head).toEqual(['const uMemory = new Float64Array(9001);']);
  expect(code.lines.slice(0, 3)).toEqual(['const u = uMemory;', 'u[0] = x[0];', 'u[1] = sin(u[0]);']);
  expect(compileScalar(node, { state: [g.symbol('x')] })(0, [1])).toBe(evaluate([node], { x: 1 })[0]);
});

it('writes numbers so that they read back', () => {
  for (const value of [0, -1.5, 1 / 3, 1e300, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(new Function(`return ${literal(value)}`)()).toBe(value);
  }
});

it('knows operators from calls', () => {
  expect([isCall('exp'), isCall('add'), isCall('sqrt'), isCall('select')]).toEqual([true, false, false, false]);
  expect(javascript('select', ['c', 'a', 'b'])).toBe('c !== 0 ? a : b');
});
