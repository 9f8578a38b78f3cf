import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  discretize,
  eulerMaruyama,
  key,
  problem,
  SdeError,
  symbolic,
  type TerminalFunctional,
  type TracedProgram,
  workers,
} from 'sde-core';
import { BLOCK_SIZE, program } from 'sde-core/execution';
import { describe, expect, it } from 'vitest';
import { sabotaged } from './sabotaged-threads.js';

const p = problem({ model: symbolic({ state: ['x'], drift: 'x', diffusion: 'x/3' }), x0: [1], T: 1 });
const state: TerminalFunctional = { name: 'x', value: ([x]) => x, trace: (_g, [x]) => x };
const good = program(discretize(p, eulerMaruyama, 4), state);
const blocks = { first: 0, count: 2, paths: 2 * BLOCK_SIZE };

const run = async (backend: ReturnType<typeof workers>, what: typeof good): Promise<number> => {
  let count = 0;
  for await (const summary of backend.run(await backend.prepare(what), { blocks, key: key(1) })) count += summary.count;
  return count;
};

/** A program whose representation is another. */
const altered = (change: object): TracedProgram => {
  const { representation, ...rest } = good as TracedProgram;
  return { ...rest, hash: JSON.stringify(change), representation: { ...representation, ...change } };
};

const port = "import { parentPort } from 'node:worker_threads';";

describe('workers', () => {
  it('refuses closures and says what to do', async () => {
    const backend = workers({ threads: 1 });
    const native = program(discretize(p, eulerMaruyama, 4), { name: 'a closure', value: ([x]) => x });
    await expect(backend.prepare(native)).rejects.toThrow(SdeError);
    await expect(backend.prepare(native)).rejects.toThrow(/closures[\s\S]*use inline\(\)/);
    await backend.close();
  });

  it('reports an exception in a thread as an error, and works on', async () => {
    const backend = workers({ threads: 2 });
    const instructions = [{ kind: 'operation', operation: 'process.exit(3)', operands: [] }];
    await expect(run(backend, altered({ step: { instructions, next: [0] } }))).rejects.toMatchObject({
      code: 'device',
      message: expect.stringContaining("'process.exit(3)'"),
    });
    await expect(run(backend, altered({ grid: 'this is no grid' }))).rejects.toThrow(/worker thread failed/);
    expect(await run(backend, good)).toBe(2 * BLOCK_SIZE);
    await backend.close();
  });

  it('reports a thread that dies, and replaces it', async () => {
    const backend = workers({ threads: 1 });
    const dying = sabotaged(`${port} parentPort.on('message', () => process.exit(3));`, () => run(backend, good));
    await expect(dying).rejects.toThrow(/ended with code 3/);
    expect(await run(backend, good)).toBe(2 * BLOCK_SIZE);
    // One that dies while it is idle is replaced without a word.
    const other = workers({ threads: 1 });
    const late = 'setTimeout(() => { throw new Error("late"); }, 250);';
    expect(await sabotaged(late, () => run(other, good))).toBe(2 * BLOCK_SIZE);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await run(other, good)).toBe(2 * BLOCK_SIZE);
    await Promise.all([backend.close(), other.close()]);
  });

  it('closed, ends what runs and refuses the rest', async () => {
    const backend = workers({ threads: 1 });
    const endless = sabotaged(`${port} parentPort.on('message', () => { for (;;); });`, () => run(backend, good));
    const ended = expect(endless).rejects.toThrow(/closed/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await backend.close();
    await ended;
    await expect(run(backend, good)).rejects.toThrow(/closed/);
    await backend.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s threads', (threads) => {
    expect(() => workers({ threads })).toThrow(SdeError);
  });

  it.each([
    [
      'module',
      (body: string) => [
        '--input-type=module',
        '-e',
        `import * as nouns from 'sde-core';\nimport * as engine from 'sde-core/execution';\nconst core = { ...nouns, ...engine };\n${body}`,
      ],
    ],
    [
      'required, as notebooks do',
      (body: string) => [
        '-e',
        `const core = { ...require('sde-core'), ...require('sde-core/execution') };\n(async () => {${body}})();`,
      ],
    ],
  ] as const)('lets a script end that forgets to close it (%s)', async (_, script) => {
    const body = `
      const { BLOCK_SIZE, discretize, eulerMaruyama, key, problem, program, symbolic, workers } = core;
      const p = problem({ model: symbolic({ state: ['x'], drift: 'x', diffusion: '1' }), x0: [1], T: 1 });
      const made = program(discretize(p, eulerMaruyama, 2), { name: 'x', value: ([x]) => x, trace: (_, [x]) => x });
      const backend = workers({ threads: 2 });
      const blocks = { first: 0, count: 2, paths: 2 * BLOCK_SIZE };
      let count = 0;
      for await (const s of backend.run(await backend.prepare(made), { blocks, key: key(1) })) count += s.count;
      console.log(count);`;
    const cwd = new URL('../../', import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, script(body), { cwd, timeout: 30_000 });
    expect(stdout.trim()).toBe(String(2 * BLOCK_SIZE));
  });
});
