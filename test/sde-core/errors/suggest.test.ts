import { closest } from 'sde-core/errors';
import { expect, it } from 'vitest';

it.each<readonly [string, string[], string | undefined]>([
  ['ratte', ['rate', 'x'], 'rate'],
  ['Sin', ['sin', 'cos'], 'sin'],
  ['sgima', ['sigma', 'sign'], 'sigma'],
  ['zebra', ['x', 'y'], undefined],
  ['z', ['x', 'y'], undefined],
  ['tO', ['T', 'x0'], undefined],
  ['t', ['T', 'x0'], 'T'],
  ['xO', ['T', 'x0'], 'x0'],
  ['a', [], undefined],
])('%s among %s is %s', (name, known, expected) => {
  expect(closest(name, known)).toBe(expected);
});
