import ts from 'typescript';
import type { SourceFile } from './source-file.js';

/** What of `Math` is the same everywhere: operations that IEEE 754 or the language define to the last bit, and constants. */
const FIXED: ReadonlySet<string> = new Set([
  ...['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'],
  ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
]);

/** What writes or orders text as the place and the engine's version have it. */
const LOCAL = /^(?:localeCompare|toLocale\w*)$/;

/**
 * Nothing is computed by what the language leaves to the engine: no function of `Math` but those above, reached in no other way than by
 * its name, and no power but a literal one of two, which `test/bits` finds exact on each engine; nothing is written as a locale has it.
 */
export function exactMath(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, tree }) => {
    const found: string[] = [];
    const say = (node: ts.Node, what: string): void => {
      found.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}: ${what}`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        if (node.text === 'Math' && !isFixed(node)) say(node, node.parent.getText(tree).split('\n')[0]);
        if (node.text === 'Intl' || LOCAL.test(node.text)) say(node, node.text);
      }
      if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)) {
        if (node.text === 'Math' || node.text === 'Intl' || LOCAL.test(node.text)) say(node, `'${node.text}'`);
      }
      if (ts.isBinaryExpression(node)) {
        const { kind } = node.operatorToken;
        if (kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) say(node, node.getText(tree));
        if (kind === ts.SyntaxKind.AsteriskAsteriskToken && !isPowerOfTwo(node)) say(node, node.getText(tree));
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  });
}

/** `Math.sqrt`, whose `Math` is no field of anything; a field that is only called so is not looked at. */
function isFixed(name: ts.Identifier): boolean {
  const { parent } = name;
  return ts.isPropertyAccessExpression(parent) && parent.expression === name && FIXED.has(parent.name.text);
}

/** 2 ** k for a literal k of a normal number. */
function isPowerOfTwo({ left, right }: ts.BinaryExpression): boolean {
  const negative = ts.isPrefixUnaryExpression(right) && right.operator === ts.SyntaxKind.MinusToken;
  const size = negative ? right.operand : right;
  if (!ts.isNumericLiteral(left) || left.text !== '2' || !ts.isNumericLiteral(size)) return false;
  return Number.isInteger(Number(size.text)) && Number(size.text) <= (negative ? 1022 : 1023);
}
