import { useDevice } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { adamUpdate, disposeAdam, startAdam } from '#resnet-bridge/training/adam';

describe('Adam', () => {
  it('corrects both moments for their start: three updates of algorithm 1, by hand in f64', async () => {
    const device = await useDevice('cpu');
    const [rate, start] = [0.1, [1, -2, 0.5]];
    const gradients = [
      [0.3, -4, 0.01],
      [-0.2, -3, 0.02],
      [0.7, 5, -0.04],
    ];
    const wanted = start.map((value, i) => {
      let [x, m, s] = [value, 0, 0];
      gradients.forEach((gradient, k) => {
        m = 0.9 * m + 0.1 * gradient[i];
        s = 0.999 * s + 0.001 * gradient[i] ** 2;
        x -= (rate * (m / (1 - 0.9 ** (k + 1)))) / (Math.sqrt(s / (1 - 0.999 ** (k + 1))) + 1e-7);
      });
      return x;
    });
    const found = await device.compute((tf) => {
      let state = startAdam(tf, Float64Array.from(start));
      gradients.forEach((gradient, k) => {
        const { state: next, loss } = adamUpdate(tf, state, rate, () => ({
          loss: tf.scalar(k),
          gradient: tf.tensor1d(gradient),
        }));
        expect(loss.dataSync()[0]).toBe(k);
        loss.dispose();
        state = next;
      });
      expect(state.count).toBe(gradients.length);
      const values = Array.from(state.values.dataSync());
      disposeAdam(state);
      return values;
    });
    // A dozen f32 roundings of numbers up to 2; 1 − β₂ is itself a difference of f32 numbers near 1.
    found.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(64 * 2 ** -24);
    });
  });
});
