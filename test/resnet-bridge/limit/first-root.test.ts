import { expect, it } from 'vitest';
import { firstRoot } from '#resnet-bridge/limit/first-root';

/** Coefficients of Π (s − r), times a constant. */
const withRoots = (roots: readonly number[], factor: number): number[] =>
  roots.reduce((p, r) => Array.from({ length: p.length + 1 }, (_, j) => (p[j - 1] ?? 0) - r * (p[j] ?? 0)), [factor]);

it.each([
  { roots: [0.3], first: 0.3 },
  { roots: [0.3, 0.7], first: 0.3 },
  { roots: [0.2, 0.200001, 0.9], first: 0.2 },
  { roots: [1e-9, 2], first: 1e-9 },
  { roots: [-0.5, 1.5], first: undefined },
  { roots: [0.5, 0.5], first: undefined },
  { roots: [0.25, 0.25, 0.6], first: 0.6 },
])('finds the first change of sign of $roots', ({ roots, first }) => {
  const p = withRoots(roots, 1);
  const found = firstRoot(p[0] < 0 ? p.map((a) => -a) : p);
  if (first === undefined) expect(found).toBeUndefined();
  else expect(Math.abs(found! - first)).toBeLessThan(1e-8);
});
