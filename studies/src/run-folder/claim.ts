import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { codeOf, type Files } from './files.js';
import { hiddenName, readHidden } from './hidden-name.js';
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
 * Each run writes a claim of its own and then looks for others: of two, at least the later sees the other's, so that never both go on. A claim's name
 * is used once, so that one of a dead process can be removed by anyone.
 *
 * @throws SdeError `file` if another run has the folder.
 */
export async function claimFolder(files: Files, folder: string, name: string): Promise<Claim> {
  const owner = newOwner();
  const path = join(folder, hiddenName(name, 'claim', owner));
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    await files.write(path, '');
    const [other] = await livingClaims(files, folder, name, owner);
    if (!other) break;
    await files.remove(path);
    if (performance.now() > until) throw taken(folder, name, other);
    // Unlike every other wait, so that two do not meet again.
    await new Promise((resolve) => setTimeout(resolve, 5 + 45 * Math.random()));
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

/** The claims on a run by others that live; those of dead processes are removed. */
async function livingClaims(files: Files, folder: string, name: string, own: Owner): Promise<Owner[]> {
  const found: Owner[] = [];
  for (const file of await files.list(folder)) {
    const hidden = readHidden(file);
    if (hidden?.kind !== 'claim' || hidden.name !== name || hidden.owner.token === own.token) continue;
    if (await isDead(files, folder, name, hidden.owner, own)) {
      await files.remove(join(folder, file)).catch(ignoreMissing);
    } else found.push(hidden.owner);
  }
  return found;
}

async function isDead(files: Files, folder: string, name: string, owner: Owner, own: Owner): Promise<boolean> {
  const life = lifeOf(owner);
  if (life !== 'unknown') return life === 'dead';
  const at = (of: Owner) => files.look(join(folder, hiddenName(name, 'claim', of)));
  const [theirs, ours] = [await at(owner), await at(own)];
  // Both by the clock of the file system, which may be another machine's.
  return theirs !== undefined && ours !== undefined && ours.touched - theirs.touched > SILENT_MS;
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function taken(folder: string, name: string, other: Owner): SdeError {
  return new SdeError('file', {
    what: 'another run is writing this folder',
    where: '--out',
    expected: 'a folder that one run at a time writes',
    got: `${join(folder, name)}, which process ${other.pid} is writing`,
    remedy: `wait for it, choose another folder, or remove ${hiddenName(name, 'claim', other)} there if that run is no more`,
  });
}
