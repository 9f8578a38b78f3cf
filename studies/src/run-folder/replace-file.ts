import { basename, dirname, join } from 'node:path';
import { SdeError } from 'sde-core';
import { causeOf, FILES, type Files } from './files.js';

/**
 * Puts a file in the place of one that may be there: whoever reads it sees the one or the other, whole.
 *
 * @throws SdeError `file` if that cannot be done.
 */
export async function replaceFile(path: string, content: string | Uint8Array, files: Files = FILES): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await files.makeFolders(dirname(path));
    await files.remove(part).catch(() => undefined);
    await files.write(part, content);
    await files.rename(part, path);
  } catch (cause) {
    await files.remove(part).catch(() => undefined);
    throw new SdeError(
      'file',
      {
        what: 'the file cannot be written',
        where: 'the command line',
        expected: 'a folder with room, and a file that can be replaced',
        got: `${path}: ${causeOf(cause)}`,
        remedy: 'make room or the place writable, or choose another folder',
      },
      { cause },
    );
  }
}
