import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { FILES } from '../run-folder/files.js';

const run = promisify(execFile);

/** A program in C++, and what it needs beside a compiler. */
export interface NativeSource {
  /** The file's path. */
  readonly file: string;
  readonly flags: readonly string[];
  /** A header that must be there, whose it is, and the Debian package that has it. */
  readonly needs?: { readonly header: string; readonly name: string; readonly debian: string };
}

/** A compiled program, or why there is none. */
export type NativeProgram =
  | { readonly kind: 'ready'; run(args: readonly string[], signal?: AbortSignal): Promise<string> }
  | { readonly kind: 'absent'; readonly reason: string };

/**
 * Compiles a program into a folder, once for each version of its text and flags.
 *
 * @throws Error with the compiler's words if the source is wrong; what is not installed is an outcome.
 */
export async function nativeProgram({ file, flags, needs }: NativeSource, folder: string): Promise<NativeProgram> {
  const compiler = process.env.CXX ?? 'g++';
  const version = await run(compiler, ['--version']).catch(() => undefined);
  if (!version) return { kind: 'absent', reason: `${compiler} is not installed (Debian: g++)` };
  if (needs && !(await hasHeader(compiler, needs.header)))
    return { kind: 'absent', reason: `${needs.name} is not installed (Debian: ${needs.debian})` };
  const text = await readFile(file);
  const hash = createHash('sha256').update(text).update(flags.join('\0')).update(version.stdout).digest('hex');
  const program = join(folder, `${basename(file, '.cpp')}-${hash.slice(0, 16)}`);
  const made = await access(program).then(
    () => true,
    () => false,
  );
  if (!made) {
    await FILES.makeFolders(folder);
    // Two runs at once must not see each other's halves.
    const part = `${program}.${process.pid}`;
    // Libraries come after what uses them.
    await run(compiler, [...flags.filter((flag) => !isLibrary(flag)), file, '-o', part, ...flags.filter(isLibrary)]);
    await rename(part, program);
  }
  return {
    kind: 'ready',
    run: async (args, signal) => (await run(program, [...args], { signal, maxBuffer: 1e8 })).stdout,
  };
}

const isLibrary = (flag: string): boolean => flag.startsWith('-l');

async function hasHeader(compiler: string, header: string): Promise<boolean> {
  const probe = run(compiler, ['-E', '-include', header, '-x', 'c++', '/dev/null'], { maxBuffer: 1e8 });
  return probe.then(
    () => true,
    () => false,
  );
}
