import ts from 'typescript';
import type { SourceFile } from './source-file.js';

/** The keys of a bibliography, in order, repeated as often as they stand there. */
export function bibliographyKeys(text: string): string[] {
  return [...text.matchAll(/^@\w+\s*\{\s*([^,\s]+)\s*,/gm)].map((match) => match[1]);
}

/** The keys a file cites: `@see [key, eq.]` in comments, `citation: 'key, eq.'` or `citation: '[key, eq.]'` in data. */
export function citedKeys(file: SourceFile): string[] {
  const inComments = [...file.text.matchAll(/@see (.*)/g)].flatMap((line) =>
    [...line[1].matchAll(/\[([^\],\s]+)/g)].map((match) => match[1]),
  );
  const inData: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'citation' && ts.isStringLiteralLike(node.initializer))
      inData.push(...keysOf(node.initializer.text));
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return [...inComments, ...inData];
}

/** Several citations are separated by semicolons. */
function keysOf(citation: string): string[] {
  return citation
    .split(';')
    .map((part) => /^\s*\[?([^\],\s]+)/.exec(part)?.[1] ?? part)
    .filter((key) => key !== '');
}

/** Every citation is in the bibliography, every entry of it is cited, and none stands there twice. */
export function citations(
  files: readonly SourceFile[],
  bibliography: string,
  alsoCiting: readonly string[] = [],
): string[] {
  const keys = bibliographyKeys(bibliography);
  const cited = files.map((file) => ({ file, keys: citedKeys(file) }));
  const all = new Set(cited.flatMap((c) => c.keys));
  return [
    ...cited.flatMap(({ file, keys: own }) =>
      own.filter((key) => !keys.includes(key)).map((key) => `${file.path}: '${key}' is not in references.bib`),
    ),
    ...keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `references.bib: '${key}' stands there twice`),
    ...keys
      .filter((key) => !all.has(key) && !alsoCiting.some((text) => text.includes(key)))
      .map((key) => `references.bib: '${key}' is cited nowhere`),
  ];
}
