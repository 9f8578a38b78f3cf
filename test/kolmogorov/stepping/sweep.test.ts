import { bdf2, crankNicolson, type Stepping, trBdf2 } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import type { Generator } from '#kolmogorov/operators/generator';
import { scratchOf, stageTime, sweepBackward, sweepForward } from '#kolmogorov/stepping/sweep';
import { timeMesh } from '#kolmogorov/stepping/time-mesh';
import { denseOperator } from './dense-operator.js';

const SIZE = 3;
const zero = [0, 0, 0];
/** A generator of dense matrices that move, whose first node has a given value, 0. */
function equation(stepping: Stepping) {
  const asked: number[] = [];
  const matrix = (t: number) => [0, 1, 2].map((i) => [0, 1, 2].map((j) => Math.sin(1 + t + 5 * i + 2 * j * j)));
  const generator = {
    at: (t: number) => {
      asked.push(t);
      return denseOperator({ along: [matrix(t)], mixed: [zero, zero, zero], forcing: zero }, {});
    },
    // biome-ignore lint/correctness/useYield: a step that never waits for factors.
    *patiently(step: () => void) {
      step();
    },
    closure: {
      fix: (_: number, u: Float64Array) => {
        u[0] = 0;
      },
      fixTransposed: (rho: Float64Array) => {
        rho[0] = 0;
      },
    },
  };
  return {
    sweepable: {
      generator: generator as unknown as Generator,
      mesh: timeMesh(stepping, { t0: 0, T: 1, breakpoints: [] }, 'test'),
    },
    asked,
  };
}

describe.each([
  ['with a memory', bdf2({ steps: 5 })],
  ['without', trBdf2({ steps: 5 })],
])('a sweep %s', (_, stepping) => {
  test('forward is the transpose of the one back, given values and memory included', () => {
    const { sweepable } = equation(stepping);
    const mass = Float64Array.of(0.4, -1, 0.7);
    const rho = mass.slice();
    inOneGo(sweepForward(sweepable, rho, () => {}));
    for (let i = 1; i < SIZE; i++) {
      const u = new Float64Array(SIZE);
      u[i] = 1;
      inOneGo(sweepBackward(sweepable, u, () => {}));
      expect(u[0]).toBe(0);
      const found = u.reduce((sum, value, p) => sum + value * mass[p], 0);
      expect(Math.abs(found - rho[i])).toBeLessThan(1e3 * Number.EPSILON);
    }
  });

  test('shows every time, tells how far it is, and shows what leaves before it is dropped', () => {
    const { sweepable } = equation(stepping);
    const [times, progress, left]: [number[], unknown[], number[]] = [[], [], []];
    const visit = (t: number, _: Float64Array, step: number): void => void times.push(t, step);
    const onProgress = (value: unknown): void => void progress.push(value);
    inOneGo(sweepBackward(sweepable, new Float64Array(SIZE), visit, { onProgress }));
    expect(times.map((value) => Math.round(10 * value) / 10)).toEqual([0.8, 0, 0.6, 1, 0.4, 2, 0.2, 3, 0, 4]);
    const whole = [1, 2, 3, 4, 5].map((done) => ({ done, of: 5 }));
    expect(progress).toEqual(whole);
    times.length = 0;
    progress.length = 0;
    const rho = Float64Array.of(0.25, 1, 0);
    inOneGo(sweepForward(sweepable, rho, visit, { onProgress, leaving: (masses) => void left.push(masses[0]) }));
    expect(times.map((value) => Math.round(10 * value) / 10)).toEqual([0.2, 4, 0.4, 3, 0.6, 2, 0.8, 1, 1, 0]);
    expect(progress).toEqual(whole);
    // At t0, before every later step, and at T.
    expect(left).toHaveLength(6);
    expect(left[0]).toBe(0.25);
    expect(left[5]).toBe(rho[0]);
  });

  test('hears a signal between two steps, either way', () => {
    const { sweepable } = equation(stepping);
    for (const sweep of [sweepBackward, sweepForward]) {
      const controller = new AbortController();
      let seen = 0;
      const run = (): void =>
        inOneGo(
          sweep(
            sweepable,
            new Float64Array(SIZE),
            () => {
              seen++;
              controller.abort();
            },
            { signal: controller.signal },
          ),
        );
      expect(run).toThrow(SdeError);
      expect(seen).toBe(1);
    }
  });
});

test('a stage is at its fraction of the step, inside of it where coefficients jump', () => {
  const [step] = timeMesh(crankNicolson({ steps: 2, smoothing: 0 }), { t0: 0, T: 1, breakpoints: [1] }, 'test', {
    jumps: [0.5],
  });
  expect([0, 1, 1 / 4].map((fraction) => stageTime(step, fraction))).toEqual([step.before, step.after, 1 - 0.5 / 4]);
  expect(step.before).toBeLessThan(1);
  expect(step.after).toBeGreaterThan(0.5);
  const scratch = scratchOf(3);
  expect(scratch(2)).toBe(scratch(2));
  expect(scratch(2)).not.toBe(scratch(1));
  expect(scratch(0)).toHaveLength(3);
});
