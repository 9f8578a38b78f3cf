import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from '../architecture/layout.js';
import { ROOT } from '../architecture/source-file.js';

const run = promisify(execFile);

interface Manifest {
  readonly [field: string]: unknown;
  readonly files: { readonly path: string; readonly size: number }[];
  readonly unpackedSize: number;
}

async function packed(name: string): Promise<Manifest> {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: join(ROOT, 'packages', name),
  });
  return (JSON.parse(stdout) as Manifest[])[0];
}

describe.each(PACKAGES)('%s as it is published', (name) => {
  it('has no complaint from publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(ROOT, 'packages', name), strict: true, pack: 'npm' });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('carries its built files, their sources, its data, licence and README, and nothing else', async () => {
    const { files } = await packed(name);
    const paths = files.map(({ path }) => path);
    for (const needed of ['dist/index.js', 'dist/index.d.ts', 'src/index.ts', 'LICENSE', 'README.md', 'package.json'])
      expect(paths).toContain(needed);
    const strange = paths.filter(
      (path) =>
        !/^(dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map|wasm)|src\/.+\.ts|data\/.+|LICENSE|README\.md|package\.json)$/.test(
          path,
        ),
    );
    expect(strange).toEqual([]);
    const sources = paths
      .filter((path) => path.startsWith('src/'))
      .map((path) => path.replace(/^src\/(.+)\.ts$/, '$1'));
    for (const source of sources) expect(paths).toContain(`dist/${source}.js`);
  });

  it.each([
    ['imported by a module', 'module', `import * as p from '${name}'; console.log(Object.keys(p).length > 0)`],
    ['required by a script', 'commonjs', `console.log(Object.keys(require('${name}')).length > 0)`],
  ])('can be %s', async (_, type, source) => {
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', source], { cwd: join(ROOT, 'test') });
    expect(stdout).toBe('true\n');
  });

  it('keeps its inside to itself', async () => {
    const source = `import('${name}/dist/index.js').then(() => console.log('in'), (e) => console.log(e.code))`;
    const { stdout } = await run(process.execPath, ['-e', source], { cwd: join(ROOT, 'test') });
    expect(stdout).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
});
