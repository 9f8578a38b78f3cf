import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, posix } from 'node:path';
import { type Mutation, mutationsOf } from './mutation.js';

/** A mutation with where it stands: in the built file, which is run, and in the source, which is read. */
export interface Mutant extends Mutation {
  /** Made of the file, the function, the change and how often that stood before in the function: other edits leave it as it is. */
  readonly id: string;
  readonly source: string;
  readonly built: string;
  /** The line of the built file, without the space around it. */
  readonly text: string;
  /** In the source, from 1. */
  readonly line: number;
}

/** The mutants of one source file or of every source file below a folder; paths are from `root`, with `/`. */
export function mutantsBelow(root: string, path: string): Mutant[] {
  return sourcesBelow(root, path.replace(/\/+$/, '')).flatMap((source) => mutantsOf(root, source));
}

function sourcesBelow(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : [];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => sourcesBelow(root, posix.join(path, name)));
}

function mutantsOf(root: string, source: string): Mutant[] {
  const built = source.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
  const text = readFileSync(join(root, built), 'utf8');
  const map = new SourceMap(JSON.parse(readFileSync(join(root, `${built}.map`), 'utf8')));
  const lines = lineStarts(text);
  const seen = new Map<string, number>();
  return mutationsOf(text).map((mutation) => {
    const name = [source, mutation.function, mutation.kind, squeeze(mutation.from), mutation.to].join('\n');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    const id = createHash('sha256').update(`${name}\n${before}`).digest('hex').slice(0, 12);
    return {
      ...mutation,
      id,
      source,
      built,
      text: lineAt(text, mutation.start),
      line: sourceLine(map, lines, mutation.start),
    };
  });
}

function sourceLine(map: SourceMap, starts: readonly number[], place: number): number {
  const after = starts.findIndex((start) => start > place);
  const row = (after < 0 ? starts.length : after) - 1;
  const entry = map.findEntry(row, place - starts[row]);
  return 'originalLine' in entry ? entry.originalLine + 1 : row + 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(text: string, place: number): string {
  const end = text.indexOf('\n', place);
  return text.slice(text.lastIndexOf('\n', place) + 1, end < 0 ? text.length : end).trim();
}

/** A piece of a program on one line. */
export function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/**
 * `size` of the mutants, those whose hash with `key` is least: a larger sample contains the smaller one, and an edit elsewhere in the sources
 * changes nothing.
 */
export function sampleOf(mutants: readonly Mutant[], size: number, key: string): Mutant[] {
  const rank = (mutant: Mutant): string => createHash('sha256').update(`${key}\n${mutant.id}`).digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant);
}
