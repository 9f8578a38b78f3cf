import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

// Every kind of computation, as hexadecimal doubles: compiled and interpreted give the same text.
const SCRIPT = `
import * as core from 'sde-core';
import * as pde from 'kolmogorov';
const { discretize, eulerMaruyama, expectation, inline, key, milstein, multilevel, platen, problem, quasiExpectation, simulate, symbolic, terminal, withDriver, workers } = core;
const bits = (...values) => values.map((value) => Buffer.from(Float64Array.of(value).buffer).toString('hex')).join(' ');
const on = (model, x0) => problem({ model: symbolic(model), x0, T: 1 });
const two = on({ state: ['x', 'y'], drift: ['sin(t)*y - x^3', 'x - y'], diffusion: [['x/10', 'y/(1 + x^2)'], ['0', '0.3*x*y']] }, [1, 2]);
const line = on({ state: ['x'], drift: 't < 0.5 ? 1 - x : -x', diffusion: 'exp(-x^2)/2', breakpoints: [0.5] }, [0.5]);
const growth = on({ state: ['x'], drift: 'x/2', diffusion: 'x/5' }, [1]);
const pool = workers({ threads: 2 });
const run = async (chain, text, options) => {
  const { mean, standardError, provenance } = await expectation(chain, terminal(text), { paths: 5000, key: key(1), ...options });
  return [bits(mean, standardError), provenance.program, provenance.backend];
};
const numeric = core.model({ dimension: 1, noiseDimension: 1, drift: (t, [x], out) => { out[0] = -x * t; }, diffusion: (t, x, out) => { out[0] = 0.3; } });
const fieldOf = (equation, grid) => {
  const u = pde.solveKolmogorov(equation, { grid, stepping: pde.crankNicolson({ steps: 8 }) });
  return bits(...u.slice(0).data, ...u.gradient(0, grid.map(() => 0.25)));
};
const results = {
  workers: await run(discretize(two, platen, 4), 'x*y', { backend: pool, antithetic: true }),
  inline: await run(discretize(line, platen, 4), 'max(x, 0)', { backend: inline() }),
  closures: await run(discretize(problem({ model: numeric, x0: [1], T: 1 }), platen, 4), 'x^2', { backend: inline() }),
  observed: await run(core.observe(discretize(growth, eulerMaruyama, 4), { a: core.runningIntegral('x'), b: core.barrier('x - 0.9', { monitoring: 'continuous' }) }), 'a*b', { backend: pool }),
  multilevel: bits((await multilevel(growth, milstein, terminal('max(x - 1, 0)'), { tolerance: 0.01, key: key(2), backend: pool })).mean),
  quasi: bits((await quasiExpectation(discretize(growth, eulerMaruyama, 4), terminal('x'), { points: 256, key: key(3), backend: pool })).mean),
  exact: bits(core.exactExpectation(discretize(two, withDriver(platen, 'three-point'), 2), terminal('x*y^2'))),
  path: bits(...simulate(discretize(two, platen, 3), { key: key(4) }).x.data),
  certified: core.certify(eulerMaruyama, { models: core.certificateModels('ito').slice(0, 2) }),
  field: fieldOf({ model: line.model, T: 1, terminal: 'x^2' }, [pde.uniform(-3, 3, 41)]),
  plane: fieldOf({ model: two.model, T: 1, terminal: 'x*y', source: 'sin(x)*t' }, [pde.uniform(-3, 3, 17), pde.uniform(-3, 3, 17)]),
  mass: bits(...pde.solveFokkerPlanck({ model: line.model, T: 1, initial: [0.25] }, { grid: [pde.uniform(-3, 3, 41)], stepping: pde.crankNicolson({ steps: 8 }) }).masses(1).data),
  control: (() => {
    const model = symbolic({ state: ['x'], drift: ['a - x^3'], diffusion: [['0.5']], parameters: { a: 0 } });
    const task = { model, parameters: ['a'], T: 1, terminal: 'x^2', initial: [1.5], regularization: 1 };
    const outcome = pde.optimizeControl(task, { grid: [pde.uniform(-4, 4, 33)], stepping: pde.crankNicolson({ steps: 4, smoothing: 0 }), intervals: 2, iterations: 3 });
    return bits(...outcome.theta.data);
  })(),
};
await pool.close();
console.log(JSON.stringify({ how: core.codeGeneration(), results }));
`;

const run = async (...flags: readonly string[]): Promise<{ how: string; results: Record<string, unknown> }> => {
  const cwd = new URL('../../', import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', SCRIPT], {
    cwd,
  });
  return JSON.parse(stdout);
};

it('gives the same bits where no code may be made of text, and says so', async () => {
  const compiled = await run();
  const interpreted = await run('--disallow-code-generation-from-strings');
  expect([compiled.how, interpreted.how]).toEqual(['compiled', 'interpreted']);
  const named = JSON.stringify(compiled.results)
    .replaceAll('"workers"]', '"workers, interpreted"]')
    .replaceAll('"inline"]', '"inline, interpreted"]');
  expect(interpreted.results).toEqual(JSON.parse(named));
});
