import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DESCRIBED, datesOf, dependencyPage, runtimeDependencies } from '#studies/dependencies/dependency-page';
import { ROOT } from '../../architecture/source-file.js';

const page = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
const lock = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8');

/** What the lock file has for each direct dependency of a package of this repository: name and version. */
function locked(of: string): ReadonlyMap<string, string> {
  const importers = lock.slice(lock.indexOf('\nimporters:'), lock.indexOf('\npackages:'));
  const start = importers.indexOf(`\n  ${of}:\n`);
  const section = importers.slice(start, importers.indexOf('\n\n', start + 1));
  const found = new Map<string, string>();
  for (const [, name, version] of section.matchAll(/\n {6}'?([^\s']+)'?:\n {8}specifier: .+\n {8}version: ([^\s(]+)/g))
    found.set(name, version);
  return found;
}

describe('docs/dependencies.md', () => {
  it('is what npm run dependencies prints: run it again where this fails', () => {
    expect(dependencyPage(ROOT, datesOf(page))).toBe(page);
  });

  it.each(DESCRIBED)(
    'names every dependency of %s in the version of the lock file, with its dates and its reason',
    (of) => {
      const versions = locked(of);
      const section = page.slice(page.indexOf(`## ${of}\n`)).split('\n## ')[0];
      for (const { name, wanted, peer } of runtimeDependencies(ROOT).filter((one) => one.of === of)) {
        const row = section.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
        const [, , version, , , , released, latest, why] = row.split('|').map((cell) => cell.trim());
        expect(version, name).toBe(peer ? wanted : versions.get(name));
        expect(released, name).toMatch(/^20\d\d-\d\d-\d\d$/);
        expect(latest, name).toMatch(/^20\d\d-\d\d-\d\d \(\d+\.\d+\.\d+\)$/);
        expect(why.length, name).toBeGreaterThan(10);
      }
    },
  );

  it('nobody downloads the native TensorFlow, which is an optional peer', () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(ROOT, 'packages/resnet-bridge/package.json'), 'utf8'),
    );
    const [name] = Object.keys(peerDependencies);
    expect(name).toBe('@tensorflow/tfjs-node-gpu');
    expect(peerDependenciesMeta).toEqual({ [name]: { optional: true } });
    // Where `npm run gpu` added it, the lock file has it among the development dependencies.
    const added = locked('packages/resnet-bridge').has(name);
    expect(lock.includes(`'${name}@`)).toBe(added);
    const { gpu } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;
    expect(gpu).toContain(`${name}@${peerDependencies[name]}`);
  });
});
