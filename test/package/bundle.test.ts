import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What is used of the bundler that comes with the test runner. */
interface Bundler {
  build(options: object): Promise<unknown>;
}

const run = promisify(execFile);
const from = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));

/** As a page would: without Node's globals, every formula from text, by functions that take no parser. */
const PAGE = `
import { discretize, eulerMaruyama, expectation, expression, inline, key, problem, symbolic, task, terminal, workers } from 'sde-core';
import { crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
import { numbers } from 'sde-core/numerics';
import { plotField } from 'sde-plots';
const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5*sin(x) + 1/4']] });
const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
const { mean } = await expectation(chain, terminal('x^2'), { key: key(1), paths: 4096, backend: inline() });
const u = solveKolmogorov({ model, T: 1, terminal: 'x^2' }, { grid: [uniform(-3, 3, 41)], stepping: crankNicolson({ steps: 8 }) });
/** In Web Workers, which are there only where they are used. */
export async function onThreads(module) {
  const engine = workers({ threads: 2 });
  const run = { key: key(1), paths: 3 * 4096 };
  const estimate = await expectation(chain, terminal('x^2'), { ...run, backend: engine });
  const shared = await expectation(chain, terminal('x^2'), run);
  const outputs = [];
  const calls = [3, 5].map((steps) => ({ task: task({ module, name: 'iterate' }), input: { start: 1 / steps, steps } }));
  for await (const { place, output } of engine.perform(calls)) outputs[place] = output;
  await engine.close();
  return { mean: estimate.mean, shared: shared.mean, outputs };
}
const picture = await plotField(u, { title: 'A field' });
export const found = { mean, begins: picture.slice(0, 4), one: numbers.exp(0), value: u.at(0, [1]), slope: expression('tanh(x)', { state: ['x'] }).derivative('x').evaluate(0, [0.5]) };
`;

describe('a bundle for a page', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    const entry = new URL('page-entry.js', import.meta.url).pathname;
    const page = {
      name: 'page',
      resolveId: (id: string) => (id === entry ? id : undefined),
      load: (id: string) => (id === entry ? PAGE : undefined),
    };
    const { build } = (await import(from.resolve('vite'))) as Bundler;
    await build({
      root: new URL('..', import.meta.url).pathname,
      configFile: false,
      base: './',
      logLevel: 'silent',
      plugins: [page],
      build: { outDir: folder, minify: false, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'page' } },
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('parses formulas without Node, and gives the bits of Node', async () => {
    const script = join(folder, 'open.mjs');
    await writeFile(
      script,
      `const { stdout } = process;
       delete globalThis.process;
       const { found } = await import('./page.js');
       stdout.write(JSON.stringify(found));`,
    );
    const { stdout } = await run(process.execPath, [script]);
    const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5*sin(x) + 1/4']] });
    const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
    const { mean } = await expectation(chain, terminal('x^2'), { key: key(1), paths: 4096, backend: inline() });
    const found = JSON.parse(stdout) as { begins: string; one: number; mean: number; value: number; slope: number };
    expect(Object.is(found.mean, mean)).toBe(true);
    expect([found.begins, found.one]).toEqual(['<svg', 1]);
    expect(Math.abs(found.slope - 1 / Math.cosh(0.5) ** 2)).toBeLessThan(1e-15);
    expect(Math.abs(found.value - mean)).toBeLessThan(0.05);
  });

  it('runs blocks and tasks in Web Workers, without Node, to the bits of Node', async () => {
    const script = join(folder, 'workers.mjs');
    const tasks = new URL('../conformance/engine-tasks.mjs', import.meta.url).href;
    // Web Workers of threads: the same messages and errors, and no `process`; the script around them has to end them.
    await writeFile(
      script,
      `import { Worker as Thread } from 'node:worker_threads';
       const { stdout, exit } = process;
       let started = 0;
       globalThis.Worker = class {
         constructor(url, { type }) {
           if (type !== 'module') throw new Error('a page would not load this');
           started++;
           const scope = \`
             import { parentPort } from 'node:worker_threads';
             delete globalThis.process;
             globalThis.postMessage = (data) => parentPort.postMessage(data);
             globalThis.addEventListener = (type, listen) => parentPort.on(type, (data) => listen({ data }));
             await import(\${JSON.stringify(String(url))});\`;
           this.thread = new Thread(new URL('data:text/javascript,' + encodeURIComponent(scope)));
           this.thread.on('error', (error) => this.lost(error));
         }
         postMessage(data) { this.thread.postMessage(data); }
         terminate() { this.thread.terminate(); }
         addEventListener(type, listen) {
           if (type === 'message') this.thread.on('message', (data) => listen({ data }));
           if (type === 'error') this.lost = ({ message }) => listen({ message });
         }
       };
       delete globalThis.process;
       const { onThreads } = await import('./page.js');
       const found = await onThreads(${JSON.stringify(tasks)});
       stdout.write(JSON.stringify({ ...found, started }), () => exit(0));`,
    );
    const { stdout } = await run(process.execPath, [script]);
    const { mean, shared, outputs, started } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5*sin(x) + 1/4']] });
    const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
    const here = await expectation(chain, terminal('x^2'), { key: key(1), paths: 3 * 4096, backend: inline() });
    expect([mean, shared]).toEqual([here.mean, here.mean]);
    const { iterate } = (await import(tasks)) as { iterate(input: object, context: object): unknown };
    const expected = [3, 5].map((steps) => iterate({ start: 1 / steps, steps }, { report() {} }));
    expect(outputs).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(started).toBeGreaterThan(2);
  });
});
