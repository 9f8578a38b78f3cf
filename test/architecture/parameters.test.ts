import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { MOST_PARAMETERS, MOST_WITH_FIVE } from './layout.js';
import { filesBelow, type SourceFile, sourceFile } from './source-file.js';

/** Functions, and types of functions, with so many parameters or more. */
function withMany(files: readonly SourceFile[], least: number): { readonly count: number; readonly at: string }[] {
  return files.flatMap(({ path, tree }) => {
    const found: { count: number; at: string }[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && node.parameters.length >= least) {
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
        found.push({ count: node.parameters.length, at: `${path}:${line + 1}` });
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  });
}

describe.each(Object.keys(MOST_PARAMETERS))('parameters in %s', (name) => {
  const many = withMany(filesBelow(`packages/${name}/src`, '.ts'), 5);
  it('are no more than the bound of the package', () => {
    expect(many.filter(({ count }) => count > MOST_PARAMETERS[name])).toEqual([]);
  });
  it('are five or more in no more functions than its bound says', () => {
    expect(many.length).toBeLessThanOrEqual(MOST_WITH_FIVE[name]);
  });
});

it('are counted in declarations, arrows, methods, signatures and types of functions', () => {
  const five = 'a: number, b: number, c: number, d: number, e: number';
  const text = `
    function f(${five}) {}
    const g = (${five}) => {};
    const h = { m(${five}) {} };
    interface I { s(${five}): void }
    type F = (${five}) => void;
    function four(a: number, b: number, c: number, { d, e }: { d: number; e: number }) {}
  `;
  expect(withMany([sourceFile('a.ts', text)], 5)).toHaveLength(5);
});
