import { graph } from 'sde-core/expression';
import { expect, it } from 'vitest';
import { addOperators, composeOperators, printOperator } from '#sde-core/modified/differential-operator';

const g = graph();
const x = g.symbol('x');
const first = [{ derivative: [1], coefficient: x }];

it('composes by the rule of Leibniz: (x∂)(x∂) = x∂ + x²∂²', () => {
  expect(printOperator(composeOperators(g, first, first, [x]), ['x'])).toBe('x ∂x + x^2 ∂x^2');
});

it('commutes to [∂, x] = 1', () => {
  const d = [{ derivative: [1], coefficient: g.constant(1) }];
  const by = [{ derivative: [0], coefficient: x }];
  const commutator = addOperators(g, composeOperators(g, d, by, [x]), composeOperators(g, by, d, [x]), -1);
  expect(commutator.filter((term) => term.coefficient !== g.constant(0))).toEqual([
    { derivative: [0], coefficient: g.constant(1) },
  ]);
});

it('prints signs and sums', () => {
  const operator = [
    { derivative: [1, 0], coefficient: g.constant(-2) },
    { derivative: [1, 2], coefficient: g.negate(x) },
    { derivative: [0, 3], coefficient: g.add(x, g.constant(1)) },
  ];
  expect(printOperator(operator, ['x', 'y'])).toMatch(/^-2 ∂x - x ∂x ∂y\^2 \+ \((x \+ 1|1 \+ x)\) ∂y\^3$/);
  expect(printOperator([], ['x'])).toBe('0');
});
