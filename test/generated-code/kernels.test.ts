import type { Chain, Problem, TerminalFunctional } from 'sde-core';
import { discretize, eulerMaruyama, milstein, model, platen, problem, symbolic, withDriver } from 'sde-core';
import { program } from 'sde-core/execution';
import { describe, expect, it } from 'vitest';
import { opaqueCoefficients } from '#sde-core/kernels/opaque-coefficients';
import { stepCode } from '#sde-core/kernels/step-code';
import { stepSource } from '#sde-core/kernels/step-kernel';
import { timeGrid } from '#sde-core/kernels/time-grid';
import { traceStep } from '#sde-core/kernels/trace';
import { walkSource } from '#sde-core/kernels/walk';

const gbm = problem({ model: symbolic({ state: ['x'], drift: '3/2*x', diffusion: 'x/10' }), x0: [1], T: 1 });
const state: TerminalFunctional = { name: 'x', value: (x) => x[0], trace: (_, [x]) => x };
const square: TerminalFunctional = { name: 'x^2', value: ([x]) => x * x, trace: ({ multiply }, [x]) => multiply(x, x) };

function blockOf(chain: Chain, functional: TerminalFunctional, antithetic = false): string {
  const made = program(chain, functional, { antithetic });
  return made.kind === 'traced' ? walkSource(made.representation) : '';
}

function stepOf({ traced }: Chain): string {
  return traced ? stepSource(stepCode(traced.step), traced.grid) : '';
}

describe('the walk of a path', () => {
  it('is a loop around the step, with constants folded', () => {
    expect(blockOf(discretize(gbm, eulerMaruyama, 4), state)).toMatchInlineSnapshot(`
      "const w = new Float64Array(2);
      return (noise, path, sign, values) => {
        let x0 = 1;
        for (let n = 0; n < 4; n++) {
          if ((n & 1) === 0) noise(path, n >>> 1, w);
          const at = n & 1;
          const v0 = x0;
          const v1 = w[at + 0];
          const v4 = v1 * 0.5;
          const v6 = v0 / 10;
          const v8 = v0 * 1.5;
          const v9 = 0.25 * v8;
          const v10 = v0 + v9;
          const v11 = v4 * v6;
          const v12 = v10 + v11;
          x0 = v12;
        }
        if (x0 - x0 !== 0) { values.fill(NaN); return false; }
        const v0 = x0;
        values[0] = v0;
        return false;
      };"
    `);
  });

  it('of antithetic paths takes the sign of the noise', () => {
    expect(blockOf(discretize(gbm, withDriver(eulerMaruyama, 'two-point'), 4), square, true)).toMatchInlineSnapshot(`
      "const w = new Float64Array(2);
      return (noise, path, sign, values) => {
        let x0 = 1;
        for (let n = 0; n < 4; n++) {
          if ((n & 1) === 0) noise(path, n >>> 1, w);
          const at = n & 1;
          const v0 = x0;
          const v1 = sign * w[at + 0];
          const v4 = v1 * 0.5;
          const v6 = v0 / 10;
          const v8 = v0 * 1.5;
          const v9 = 0.25 * v8;
          const v10 = v0 + v9;
          const v11 = v4 * v6;
          const v12 = v10 + v11;
          x0 = v12;
        }
        if (x0 - x0 !== 0) { values.fill(NaN); return false; }
        const v0 = x0;
        const v1 = v0 * v0;
        values[0] = v1;
        return false;
      };"
    `);
  });

  it('without noise asks for none', () => {
    const still: Problem = problem({
      model: model({ dimension: 1, noiseDimension: 0, drift() {}, diffusion() {} }),
      x0: [1],
      T: 1,
    });
    expect(program(discretize(still, eulerMaruyama, 1), state).laws).toEqual([]);
  });
});

describe('a step', () => {
  it('of Milstein on one equation shares what is common', () => {
    expect(stepOf(discretize(gbm, milstein, 4))).toMatchInlineSnapshot(`
      "return (n, x, noise, out) => {
        const v0 = x[0];
        const v1 = noise[0];
        const v4 = v1 * 0.5;
        const v6 = v0 / 10;
        const v8 = v6 * 0.1;
        const v10 = v0 * 1.5;
        const v11 = v4 * v4;
        const v12 = v11 - 0.25;
        const v13 = 0.5 * v12;
        const v14 = 0.25 * v10;
        const v15 = v0 + v14;
        const v16 = v4 * v6;
        const v17 = v15 + v16;
        const v18 = v8 * v13;
        const v19 = v17 + v18;
        out[0] = v19;
      };"
    `);
  });

  it('of coefficients that jump reads its times from tables', () => {
    const jumping = symbolic({ state: ['x'], drift: 't < 0.3 ? 1 : 2', diffusion: '0', breakpoints: [0.3] });
    expect(stepOf(discretize(problem({ model: jumping, x0: [0], T: 0.6 }), platen, 2))).toMatchInlineSnapshot(`
      "const { boundaries, before } = runtime;
      return (n, x, noise, out) => {
        const v0 = boundaries[n];
        const v1 = before[n];
        const v2 = x[0];
        const v4 = v0 + 0.3;
        const v5 = Math.min(v1, v4);
        const v6 = v0 < 0.3 ? 1 : 0;
        const v9 = v6 !== 0 ? 1 : 2;
        const v11 = v5 < 0.3 ? 1 : 0;
        const v12 = v11 !== 0 ? 1 : 2;
        const v13 = v9 * 0.15;
        const v14 = v2 + v13;
        const v15 = 0.15 * v12;
        const v16 = v14 + v15;
        out[0] = v16;
      };"
    `);
  });

  it('of closures calls them, each once for equal arguments', () => {
    const numeric = model({ dimension: 1, noiseDimension: 1, drift() {}, diffusion() {} });
    const shape = { dimension: 1, noiseDimension: 1, size: 1, h: 0.25, clamped: false };
    const step = traceStep(platen, shape, (nodes) => opaqueCoefficients(numeric, nodes));
    expect(stepSource(stepCode(step), timeGrid(0, 1, 4, undefined))).toMatchInlineSnapshot(`
      "const { model } = runtime;
      const at = new Float64Array(1);
      const drift = new Float64Array(1);
      const diffusion = new Float64Array(1);
      return (n, x, noise, out) => {
        const v0 = 0 + n * 0.25;
        const v1 = x[0];
        const v2 = noise[0];
        const v5 = v2 * 0.5;
        const v6 = v0 + 0.25;
        at[0] = v1;
        model.drift(v0, at, drift);
        const v7 = drift[0];
        at[0] = v1;
        model.diffusion(v0, at, diffusion);
        const v8 = diffusion[0];
        const v9 = 0.25 * v7;
        const v10 = v1 + v9;
        const v11 = v5 * v8;
        const v12 = v10 + v11;
        at[0] = v12;
        model.drift(v6, at, drift);
        const v14 = drift[0];
        const v15 = 0.5 * v5;
        const v16 = v5 * v5;
        const v17 = v16 - 0.25;
        const v18 = v17 / 0.5;
        const v19 = 0.5 * v8;
        const v20 = v10 + v19;
        at[0] = v20;
        model.diffusion(v6, at, diffusion);
        const v21 = diffusion[0];
        const v22 = v10 - v19;
        at[0] = v22;
        model.diffusion(v6, at, diffusion);
        const v23 = diffusion[0];
        const v24 = v5 + v18;
        const v25 = 0.25 * v24;
        const v26 = v5 - v18;
        const v27 = 0.25 * v26;
        const v28 = v7 * 0.125;
        const v29 = v1 + v28;
        const v30 = 0.125 * v14;
        const v31 = v29 + v30;
        const v32 = v8 * v15;
        const v33 = v31 + v32;
        const v34 = v21 * v25;
        const v35 = v33 + v34;
        const v36 = v23 * v27;
        const v37 = v35 + v36;
        out[0] = v37;
      };"
    `);
  });
});
