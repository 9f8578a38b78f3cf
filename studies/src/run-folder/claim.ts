import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { codeOf, type Files } from './files.js';
import { type Hidden, hiddenName, readHidden } from './hidden-name.js';
import { lifeOf, newOwner, type Owner } from './owner.js';

/** That one run, and no other, writes a folder. */
export interface Claim {
  readonly owner: Owner;
  /** Whether it still holds: a claim of another machine that is silent for long is taken for dead. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** How often a claim says that its run is alive; processes of this machine are asked themselves. */
const TOUCH_MS = 15_000;
/** A claim that cannot be asked for is dead when it has been silent so long. Empirical: longer than any one solve. */
const SILENT_MS = 20 * 60_000;
/** Runs that start at the same moment make way for each other and try again, for so long. */
const PATIENCE_MS = 1500;

/**
 * Claims out/name, or refuses if a living run has it.
 *
 * A run writes a claim of its own and then looks for others: of two, at least the later sees the other's and withdraws, so that never both go on. So
 * that of many who come at once one gets it soon, each first writes a request, and makes way for claims and for requests before its own. A name is
 * one process's alone, so that anyone can remove those of a dead one.
 *
 * @throws SdeError `file` if another run has the folder.
 */
export async function claimFolder(files: Files, folder: string, name: string): Promise<Claim> {
  const owner = newOwner();
  const request = join(folder, hiddenName(name, 'request', owner));
  const path = join(folder, hiddenName(name, 'claim', owner));
  try {
    await obtain(files, { folder, name, owner, request, path });
  } catch (error) {
    // Nobody is to wait for a run that does not come.
    for (const file of [request, path]) await files.remove(file).catch(() => undefined);
    throw error;
  }
  const timer = setInterval(() => void files.touch(path).catch(() => undefined), TOUCH_MS);
  timer.unref();
  return {
    owner,
    held: async () => (await files.look(path)) !== undefined,
    async release() {
      clearInterval(timer);
      await files.remove(path).catch(ignoreMissing);
    },
  };
}

/** Where a claim is written, and first a request for it. */
interface Places {
  readonly folder: string;
  readonly name: string;
  readonly owner: Owner;
  readonly request: string;
  readonly path: string;
}

async function obtain(files: Files, { folder, name, owner, request, path }: Places): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    let written = request;
    await files.write(request, '');
    const before = await livingOthers(files, folder, name, owner, request);
    let other = before.find(({ kind, owner: { token } }) => kind === 'claim' || token < owner.token);
    if (!other) {
      await files.rename(request, path);
      written = path;
      const after = await livingOthers(files, folder, name, owner, path);
      other = after.find(({ kind }) => kind === 'claim');
      if (!other) return;
    }
    await files.remove(written);
    if (performance.now() > until) throw taken(folder, other);
    // Each another time, so that two do not meet again.
    await new Promise((resolve) => setTimeout(resolve, randomInt(5, 50)));
  }
}

/** What others who live claim or request; what is of dead processes is removed. */
async function livingOthers(files: Files, folder: string, name: string, own: Owner, path: string): Promise<Hidden[]> {
  const found: Hidden[] = [];
  for (const file of await files.list(folder)) {
    const hidden = readHidden(file);
    if (hidden?.name !== name || hidden.owner.token === own.token) continue;
    if (hidden.kind !== 'claim' && hidden.kind !== 'request') continue;
    if (await isDead(files, hidden.owner, own, { theirs: join(folder, file), ours: path })) {
      await files.remove(join(folder, file)).catch(ignoreMissing);
    } else found.push(hidden);
  }
  return found;
}

async function isDead(
  files: Files,
  owner: Owner,
  own: Owner,
  at: { readonly theirs: string; readonly ours: string },
): Promise<boolean> {
  const life = lifeOf(owner, own);
  if (life !== 'unknown') return life === 'dead';
  const [their, our] = [await files.look(at.theirs), await files.look(at.ours)];
  // Both by the clock of the file system, which may be another machine's.
  return their !== undefined && our !== undefined && our.touched - their.touched > SILENT_MS;
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function taken(folder: string, { name, kind, owner }: Hidden): SdeError {
  return new SdeError('file', {
    what: 'another run is writing this folder',
    where: '--out',
    expected: 'a folder that one run at a time writes',
    got: `${join(folder, name)}, which process ${owner.pid} is writing`,
    remedy: `wait for it, choose another folder, or remove ${hiddenName(name, kind, owner)} there if that run is no more`,
  });
}
