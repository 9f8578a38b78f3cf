import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { PACKAGES, SUBPATHS } from '../architecture/layout.js';
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

const entries = Object.entries(SUBPATHS).flatMap(([name, subpaths]) =>
  subpaths.map((subpath) => [name, subpath] as const),
);

describe('subpaths', () => {
  it.each(entries)(
    '%s/%s is imported and required, and is no more than the file of its name',
    async (name, subpath) => {
      const source = readFileSync(join(ROOT, 'packages', name, 'src', `${subpath}.ts`), 'utf8');
      expect(source.match(/^(?!export|\/\*\*| {2}|\} from|$).+/gm)).toBeNull();
      const specifier = `${name}/${subpath}`;
      for (const [type, code] of [
        ['module', `import * as p from '${specifier}'; console.log(Object.keys(p).length > 0)`],
        ['commonjs', `console.log(Object.keys(require('${specifier}')).length > 0)`],
      ]) {
        const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', code], {
          cwd: join(ROOT, 'test'),
        });
        expect(stdout).toBe('true\n');
      }
    },
  );

  // node10 is how tslab resolves.
  it.each([
    ['bundler', ts.ModuleResolutionKind.Bundler, ts.ModuleKind.ESNext],
    ['node16', ts.ModuleResolutionKind.Node16, ts.ModuleKind.Node16],
    ['node10', ts.ModuleResolutionKind.Node10, ts.ModuleKind.CommonJS],
  ])('have types as %s resolves them', (_, moduleResolution, module) => {
    const from = join(ROOT, 'test', 'somewhere.mts');
    const options: ts.CompilerOptions = { moduleResolution, module };
    for (const [name, subpath] of [...entries, ...PACKAGES.map((name) => [name, ''] as const)]) {
      const specifier = subpath === '' ? name : `${name}/${subpath}`;
      const { resolvedModule } = ts.resolveModuleName(
        specifier,
        from,
        options,
        ts.sys,
        undefined,
        undefined,
        ts.ModuleKind.ESNext,
      );
      expect(resolvedModule?.resolvedFileName, specifier).toBe(
        join(ROOT, 'packages', name, 'dist', `${subpath || 'index'}.d.ts`),
      );
    }
  });

  it('are those that the manifest declares, all in one order', () => {
    for (const name of PACKAGES) {
      const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
        readonly exports: object;
        readonly typesVersions?: { readonly '*': object };
      };
      const subpaths = SUBPATHS[name] ?? [];
      expect(Object.keys(manifest.exports)).toEqual([
        '.',
        ...subpaths.map((subpath) => `./${subpath}`),
        './package.json',
      ]);
      expect(Object.keys(manifest.typesVersions?.['*'] ?? {})).toEqual(subpaths);
    }
  });

  it('are in a tarball of each package that has some', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'packed-'));
    try {
      for (const name of Object.keys(SUBPATHS)) {
        const home = join(folder, 'node_modules', name);
        await mkdir(home, { recursive: true });
        const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
        const { stdout } = await run('npm', packing, { cwd: join(ROOT, 'packages', name) });
        const [{ filename }] = JSON.parse(stdout) as { readonly filename: string }[];
        await run('tar', ['-xzf', join(folder, filename), '-C', home, '--strip-components=1']);
        // What it depends on beside the packages that are unpacked here.
        const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
          readonly dependencies?: object;
        };
        for (const needed of Object.keys(dependencies)) {
          const [place, installed] = [
            join(folder, 'node_modules', needed),
            join(ROOT, 'packages', name, 'node_modules', needed),
          ];
          if (needed in SUBPATHS || existsSync(place)) continue;
          await mkdir(join(place, '..'), { recursive: true });
          await symlink(installed, place);
        }
      }
      const code = entries.map(([name, subpath]) => `await import('${name}/${subpath}');`).join('');
      await writeFile(join(folder, 'open.mjs'), `${code} console.log('all');`);
      expect((await run(process.execPath, [join(folder, 'open.mjs')])).stdout).toBe('all\n');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
