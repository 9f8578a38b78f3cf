import { posix } from 'node:path';
import { APART, FOLDERS, PACKAGES, PARSERS, TYPE_ONLY } from './layout.js';
import type { SourceFile } from './source-file.js';

/** Where a file of a package stands: `packages/<package>/src/<folder>/…`; the entry stands in no folder. */
export function placeOf(path: string): { readonly package: string; readonly folder: string } | undefined {
  const match = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?[^/]/.exec(path);
  return match ? { package: match[1], folder: match[2] ?? '' } : undefined;
}

/** The file a relative import names. */
export function targetOf(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** A folder imports only from itself and from those before it; every folder stands in the layout. */
export function folderOrder(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const place = placeOf(file.path);
    if (!place || place.folder === '') return [];
    const order = FOLDERS[place.package] ?? [];
    const own = order.indexOf(place.folder);
    if (own < 0) return [`${file.path}: folder '${place.folder}' is not in the layout of ${place.package}`];
    return file.imports
      .filter(({ specifier }) => isRelative(specifier))
      .flatMap(({ specifier, kind }) => {
        const target = placeOf(targetOf(file.path, specifier));
        if (!target || target.package !== place.package)
          return [`${file.path}: '${specifier}' leaves the package by a path`];
        if (target.folder === '') return [`${file.path}: imports its own package's entry`];
        const excused = TYPE_ONLY.some(
          ({ from, to }) =>
            from === `${place.package}/${place.folder}` &&
            to === `${target.package}/${target.folder}` &&
            kind === 'type',
        );
        const [here, there] = [place, target].map((of) => `${of.package}/${of.folder}`);
        if (APART.some((pair) => pair.includes(here) && pair.includes(there) && here !== there))
          return [`${file.path}: ${place.folder} imports '${specifier}' from ${target.folder}, which stands beside it`];
        if (order.indexOf(target.folder) <= own || excused) return [];
        return [`${file.path}: ${place.folder} imports '${specifier}' from ${target.folder}, which comes after it`];
      });
  });
}

/** A package imports only packages before it, and those through their entry. */
export function packageOrder(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const place = placeOf(file.path);
    return file.imports.flatMap(({ specifier }) => {
      const name = PACKAGES.find((p) => specifier === p || specifier.startsWith(`${p}/`));
      if (!name) return [];
      if (specifier !== name) return [`${file.path}: '${specifier}' is not the entry of ${name}`];
      if (place && PACKAGES.indexOf(name) >= PACKAGES.indexOf(place.package))
        return [`${file.path}: ${place.package} imports ${name}`];
      return [];
    });
  });
}

/** No file imports itself, by any way round, types included. */
export function noCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
      return;
    }
    state.set(path, 'open');
    for (const { specifier } of byPath.get(path)?.imports.filter((i) => isRelative(i.specifier)) ?? [])
      visit(targetOf(path, specifier), [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of files) visit(file.path, []);
  return found;
}

/** Loading a package's entry loads nothing of Node: what needs it is imported when it is used. */
export function noEagerNode(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const file = byPath.get(path);
    if (!file || seen.has(path)) return;
    seen.add(path);
    for (const { specifier, kind } of file.imports) {
      if (kind !== 'eager') continue;
      if (specifier.startsWith('node:')) found.push(`${[...trail, path].join(' → ')} loads '${specifier}'`);
      else if (isRelative(specifier)) visit(targetOf(path, specifier), [...trail, path]);
      else if (PACKAGES.includes(specifier)) visit(`packages/${specifier}/src/index.ts`, [...trail, path]);
    }
  };
  for (const name of PACKAGES) visit(`packages/${name}/src/index.ts`, []);
  return found;
}

/** mathjs parses, loaded when the first expression is parsed; where there is no Node, at once. Nothing else knows it. */
export function oneParser(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, kind }) => {
      if (/\/mathjs-[a-z-]+\.js$/.test(specifier)) return [`${file.path}: imports '${specifier}' and not '#mathjs'`];
      if (!/^mathjs(\/|$)/.test(specifier)) return [];
      const allowed = PARSERS.get(file.path);
      if (!allowed)
        return [`${file.path}: imports '${specifier}', which only ${[...PARSERS.keys()].join(' and ')} may`];
      return kind === 'eager' && allowed !== 'eager' ? [`${file.path}: imports '${specifier}' eagerly`] : [];
    }),
  );
}
