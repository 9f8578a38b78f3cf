import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { Mutant } from './built-file.js';

/** A copy of the working tree, in which files may be broken. */
export interface Sandbox {
  readonly root: string;
  /** Writes the mutant into its built file. */
  break(mutant: Mutant): void;
  /** Puts the built file back as it was; one mutant is mended before the next. */
  mend(mutant: Mutant): void;
  close(): void;
}

/** Names that are not copied: installed packages are reached through a link, the rest is no part of a test. */
const LEFT_OUT = ['.git', 'node_modules', 'out', '.vitest'];

export function sandboxOf(root: string): Sandbox {
  const copy = mkdtempSync(join(tmpdir(), 'weak-limit-mutants-'));
  for (const name of readdirSync(root)) {
    if (LEFT_OUT.includes(name)) continue;
    // Links of a package to its neighbors are relative, so in the copy they lead to the copy.
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !relative(root, path).split(sep).includes('out'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  let whole = '';
  return {
    root: copy,
    break({ built, start, end, to }) {
      whole = readFileSync(join(copy, built), 'utf8');
      writeFileSync(join(copy, built), whole.slice(0, start) + to + whole.slice(end));
    },
    mend({ built }) {
      writeFileSync(join(copy, built), whole);
    },
    close() {
      rmSync(copy, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
