import { basename } from 'node:path';
import ts from 'typescript';
import { FORBIDDEN_NAMES, MOST_LINES, TURNS } from './layout.js';
import type { SourceFile } from './source-file.js';

/** One file, one idea: none is longer than 400 lines. */
export function length(files: readonly SourceFile[]): string[] {
  return files
    .map((file) => ({ path: file.path, lines: file.text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

/** A file is named for the noun it exports, in kebab-case. */
export function names(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path }) => {
    const name = basename(path).replace(/(\.test)?\.ts$/, '');
    if (FORBIDDEN_NAMES.includes(name)) return [`${path}: '${name}' names no idea`];
    return /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?$/.test(name) ? [] : [`${path}: not kebab-case`];
  });
}

const IMPURE: readonly (readonly [object: string, property: string])[] = [
  ['Math', 'random'],
  ['Date', 'now'],
  ['performance', 'now'],
  ['crypto', 'getRandomValues'],
  ['crypto', 'randomUUID'],
];

/** Results come from keys alone: no clock, but for the one by which work takes turns, and no other source of randomness. */
export function pure(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node)) {
        const object = node.expression.getText();
        for (const [o, p] of IMPURE)
          if (
            p === node.name.text &&
            (object === o || object === `globalThis.${o}`) &&
            !(o === 'performance' && file.path === TURNS)
          )
            found.push(`${file.path}: ${o}.${p}`);
      }
      if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
        found.push(`${file.path}: new Date()`);
      ts.forEachChild(node, visit);
    };
    visit(file.tree);
    return found;
  });
}

/** Where text may become code: the one place that is handed what the emitters wrote, and the one that asks whether it may. */
const MAKES_CODE: readonly string[] = [
  'packages/sde-core/src/expression/generated.ts',
  'packages/sde-core/src/numerics/code-generation.ts',
];

/** Text becomes code in one place: `Function`, called or constructed, and `eval` stand nowhere else. */
export function oneCodeMaker(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    if (MAKES_CODE.includes(file.path)) return [];
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
        const made = node.expression.getText().replace(/^globalThis\./, '');
        if (made === 'Function' || made === 'eval') found.push(`${file.path}: ${made}(…)`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file.tree);
    return found;
  });
}

/** TypeScript before 5.7, which notebooks use, cannot read `Float64Array<ArrayBuffer>`: the type silently becomes `any`. */
export function plainArrays(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const match = /\b(?:Float(?:32|64)|(?:Big)?U?[Ii]nt(?:8|16|32|64)(?:Clamped)?)Array</.exec(file.text);
    return match ? [`${file.path}: ${match[0]}`] : [];
  });
}

/** A module that awaits while it loads cannot be `require`d, which notebooks do. */
export function noTopLevelAwait(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) return;
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
        found.push(`${file.path}: top-level await`);
      ts.forEachChild(node, visit);
    };
    visit(file.tree);
    return found;
  });
}
