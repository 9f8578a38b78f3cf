import { applyAffine, crossEntropy, squaredLoss } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';

const readOut = {
  rows: 3,
  columns: 2,
  weight: Float64Array.of(1, 2, -1, 0.5, 0, 3),
  bias: Float64Array.of(0.1, 0, -0.2),
};

describe('cross-entropy', () => {
  it('is −log softmax of the label', () => {
    const x = Float64Array.of(0.4, -0.7);
    const z = applyAffine(readOut, x, new Float64Array(3));
    const sum = z.reduce((total, value) => total + Math.exp(value), 0);
    for (const label of [0, 1, 2]) {
      const exact = -Math.log(Math.exp(z[label]) / sum);
      expect(Math.abs(crossEntropy(readOut, label).value(x) - exact)).toBeLessThan(8 * Number.EPSILON);
    }
  });

  it('does not overflow', () => {
    const far = Float64Array.of(1e4, 1e4);
    const loss = crossEntropy(readOut, 1);
    const gradient = new Float64Array(2);
    loss.gradient(far, gradient);
    expect(loss.value(far)).toBeGreaterThan(1e4);
    expect(Number.isFinite(loss.value(far)) && gradient.every(Number.isFinite)).toBe(true);
  });

  it.each([-1, 3, 0.5, Number.NaN])('refuses the label %s', (label) => {
    expect(() => crossEntropy(readOut, label)).toThrowError(expect.objectContaining({ code: 'value' }));
  });
});

describe('squared loss', () => {
  it('is ½ |W x + b − y|²', () => {
    const x = Float64Array.of(1, -1);
    // W x + b = (−0.9, −1.5, −3.2)
    const exact = ((-0.9 - 1) ** 2 + (-1.5 - 0) ** 2 + (-3.2 - 2) ** 2) / 2;
    expect(Math.abs(squaredLoss([1, 0, 2], readOut).value(x) - exact)).toBeLessThan(32 * Number.EPSILON);
  });

  it('refuses a target of another shape', () => {
    expect(() => squaredLoss([1], readOut)).toThrowError(expect.objectContaining({ code: 'shape' }));
  });
});
