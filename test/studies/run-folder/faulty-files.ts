import { writeFileSync } from 'node:fs';
import { FILES, type Files } from '#studies/run-folder/files';

/** What a step of a file system was, for a failing test to name. */
export interface Step {
  readonly verb: keyof Files;
  readonly path: string;
}

/** A file system whose step of number `at` fails, and with it, where the process is `killed` there, every one after it. */
export interface FaultyFiles extends Files {
  readonly steps: readonly Step[];
}

/** Counts steps; a write that is to fail leaves `bytes` bytes behind, as a full disk does. */
export function faultyFiles(fault: {
  readonly at: number;
  readonly killed: boolean;
  readonly bytes?: number;
  readonly code?: string;
}): FaultyFiles {
  const steps: Step[] = [];
  const failure = (): Error =>
    Object.assign(new Error(`${fault.code ?? 'ENOSPC'}: made up`), { code: fault.code ?? 'ENOSPC' });
  const step = async <T>(verb: keyof Files, path: string, work: () => Promise<T>, half?: () => void): Promise<T> => {
    const number = steps.length;
    steps.push({ verb, path });
    if (number === fault.at) half?.();
    if (number === fault.at || (fault.killed && number > fault.at)) throw failure();
    return work();
  };
  return {
    steps,
    makeFolders: (path) => step('makeFolders', path, () => FILES.makeFolders(path)),
    makeFolder: (path) => step('makeFolder', path, () => FILES.makeFolder(path)),
    write: (path, content) =>
      step(
        'write',
        path,
        () => FILES.write(path, content),
        () => writeFileSync(path, Buffer.from(content).subarray(0, fault.bytes ?? 0)),
      ),
    read: (path) => step('read', path, () => FILES.read(path)),
    look: (path) => step('look', path, () => FILES.look(path)),
    list: (path) => step('list', path, () => FILES.list(path)),
    rename: (from, to) => step('rename', from, () => FILES.rename(from, to)),
    replaceNow(path, content) {
      FILES.replaceNow(path, content);
    },
    link: (from, to) => step('link', from, () => FILES.link(from, to)),
    remove: (path) => step('remove', path, () => FILES.remove(path)),
    removeFolder: (path) => step('removeFolder', path, () => FILES.removeFolder(path)),
    removeTree: (path) => step('removeTree', path, () => FILES.removeTree(path)),
    alike: (from, to) => step('alike', from, () => FILES.alike(from, to)),
    touch: (path) => step('touch', path, () => FILES.touch(path)),
    settle: (path) => step('settle', path, () => FILES.settle(path)),
  };
}
