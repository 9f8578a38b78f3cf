import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A hash of the built program and of what it depends on: parts that another version computed are not gone on from. */
export function programHash(): string {
  const hash = createHash('sha256');
  const require = createRequire(import.meta.url);
  const own = fileURLToPath(new URL('..', import.meta.url));
  const packages = ['sde-core', 'kolmogorov', 'resnet-bridge'].map((name) => dirname(require.resolve(name)));
  for (const folder of [own, ...packages]) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    for (const file of files.sort())
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(folder, file)));
  }
  try {
    // Which versions of other packages there are.
    hash.update(readFileSync(new URL('../../../pnpm-lock.yaml', import.meta.url)));
  } catch {
    // Installed without it.
  }
  return hash.digest('hex');
}
