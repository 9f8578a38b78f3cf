import ts from 'typescript';

/** One small change of a built file: the text from `start` to `end` becomes `to`. */
export interface Mutation {
  /** Which rule makes it, for example `comparison`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Where to look whether it is executed: of an operator the left side, since what follows may not be. */
  readonly reach: number;
  readonly from: string;
  readonly to: string;
  /** The functions it stands in, outermost first, joined by dots; `''` at the top of the file. */
  readonly function: string;
}

const { SyntaxKind } = ts;

/** What stands in for an operator. */
const OPERATORS: ReadonlyMap<ts.SyntaxKind, readonly [kind: string, ...to: string[]]> = new Map([
  [SyntaxKind.PlusToken, ['arithmetic', '-']],
  [SyntaxKind.MinusToken, ['arithmetic', '+']],
  [SyntaxKind.AsteriskToken, ['arithmetic', '/']],
  [SyntaxKind.SlashToken, ['arithmetic', '*']],
  [SyntaxKind.PercentToken, ['arithmetic', '*']],
  [SyntaxKind.AsteriskAsteriskToken, ['arithmetic', '*']],
  [SyntaxKind.LessThanToken, ['comparison', '<=', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['comparison', '<', '>']],
  [SyntaxKind.GreaterThanToken, ['comparison', '>=', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['comparison', '>', '<']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['comparison', '!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['comparison', '===']],
  [SyntaxKind.AmpersandAmpersandToken, ['logic', '||']],
  [SyntaxKind.BarBarToken, ['logic', '&&']],
  [SyntaxKind.PlusEqualsToken, ['assignment', '-=', '=']],
  [SyntaxKind.MinusEqualsToken, ['assignment', '+=', '=']],
  [SyntaxKind.AsteriskEqualsToken, ['assignment', '/=', '=']],
  [SyntaxKind.SlashEqualsToken, ['assignment', '*=', '=']],
] as const);

/** Methods and functions of an algebra, which step functions and functionals are written in, and what stands in for them. */
const CALLS: Readonly<Record<string, string>> = {
  add: 'subtract',
  subtract: 'add',
  multiply: 'divide',
  divide: 'multiply',
  maximum: 'minimum',
  minimum: 'maximum',
  max: 'min',
  min: 'max',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
};

/** Calls whose first argument may stand for the whole: a term, a factor or a function that is dropped. */
const DROPPED = ['add', 'subtract', 'multiply', 'divide', 'negate', 'abs', 'sqrt', 'exp', 'log', 'maximum', 'minimum'];

/** Methods that may be left out of a chain: `list.filter(f)` becomes `list`. */
const LINKS = ['filter', 'sort', 'reverse', 'slice', 'flat', 'trim'];

/** Every mutation of a file, in the order of the text. Messages, imports and texts are left alone. */
export function mutationsOf(text: string): Mutation[] {
  const tree = ts.createSourceFile('built.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const found: Mutation[] = [];
  const visit = (node: ts.Node, names: readonly string[]): void => {
    if (isMessage(node)) return;
    const inner = nameOf(node);
    const path = inner === undefined ? names : [...names, inner];
    for (const [kind, place, to] of changes(node)) {
      const start = place.getStart(tree);
      const from = text.slice(start, place.end);
      if (from !== to)
        found.push({ kind, start, end: place.end, reach: node.getStart(tree), from, to, function: path.join('.') });
    }
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(tree, []);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

type Change = readonly [kind: string, place: ts.Node, to: string];

function changes(node: ts.Node): Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node);
  if (ts.isCallExpression(node)) return ofCall(node);
  if (ts.isNumericLiteral(node)) return ofNumber(node);
  if (node.kind === SyntaxKind.TrueKeyword) return isName(node) ? [] : [['boolean', node, 'false']];
  if (node.kind === SyntaxKind.FalseKeyword) return [['boolean', node, 'true']];
  if (ts.isIfStatement(node)) return condition(node.expression);
  if (ts.isConditionalExpression(node)) return condition(node.condition);
  if (ts.isWhileStatement(node)) return [['condition', node.expression, 'false']];
  if (ts.isPrefixUnaryExpression(node)) return ofPrefix(node);
  if (ts.isPostfixUnaryExpression(node)) {
    const other = node.operator === SyntaxKind.PlusPlusToken ? '--' : '++';
    return [['step', node, `${node.operand.getText()}${other}`]];
  }
  if (ts.isExpressionStatement(node)) return ofStatement(node);
  if (ts.isReturnStatement(node) && node.expression && isArithmetic(node.expression))
    return [['return', node.expression, `-(${node.expression.getText()})`]];
  if (ts.isSpreadAssignment(node)) return [['spread', node, '...{}']];
  if (ts.isBreakStatement(node) && !node.label && !ts.isCaseOrDefaultClause(node.parent))
    return [['statement', node, ';']];
  if (ts.isContinueStatement(node)) return [['statement', node, ';']];
  return [];
}

function ofBinary(node: ts.BinaryExpression): Change[] {
  const { left, operatorToken: operator, right } = node;
  if (operator.kind === SyntaxKind.QuestionQuestionToken) return [['fallback', node, left.getText()]];
  // A sum of texts is not arithmetic.
  if (operator.kind === SyntaxKind.PlusToken && (isText(left) || isText(right))) return [];
  const [kind, ...others] = OPERATORS.get(operator.kind) ?? [];
  if (kind === undefined) return [];
  // One turn too many reads beyond the end, which a typed array answers with nothing; one too few is what a test can miss.
  if (isLoopOverAll(node))
    return [
      ['loop', right, `(${right.getText()} - 1)`],
      ['comparison', operator, '>='],
    ];
  const found: Change[] = others.map((to) => [kind, operator, to]);
  if (kind === 'arithmetic' || kind === 'logic') found.push(['term', node, left.getText()]);
  if (kind === 'logic' || operator.kind === SyntaxKind.PlusToken) found.push(['term', node, right.getText()]);
  return found;
}

function ofCall(node: ts.CallExpression): Change[] {
  const callee = node.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (!ts.isIdentifier(name)) return [];
  const found: Change[] = [];
  const other = Object.hasOwn(CALLS, name.text) ? CALLS[name.text] : undefined;
  // An algebra may have been taken apart, so that the other's name is not at hand: it is written where it is.
  if (other !== undefined && ts.isPropertyAccessExpression(callee)) found.push(['call', name, other]);
  if (DROPPED.includes(name.text) && node.arguments.length >= 1 && !ts.isSpreadElement(node.arguments[0])) {
    found.push(['term', node, node.arguments[0].getText()]);
    if (other === undefined || ts.isPropertyAccessExpression(callee)) return found;
    const [a, b] = node.arguments.map((argument) => argument.getText());
    if (name.text === 'add') found.push(['call', node, `add(${a}, negate(${b}))`], ['term', node, b]);
    else if (b !== undefined) found.push(['term', node, b]);
  }
  if (ts.isPropertyAccessExpression(callee) && LINKS.includes(name.text))
    found.push(['link', node, callee.expression.getText()]);
  return found;
}

function ofNumber(node: ts.NumericLiteral): Change[] {
  const value = Number(node.text);
  if (value === 0) return [['constant', node, '1']];
  if (value === 1)
    return [
      ['constant', node, '0'],
      ['constant', node, '2'],
    ];
  return [['constant', node, Number.isInteger(value) && value < 1e6 ? String(value + 1) : `(1.01 * ${node.text})`]];
}

function ofPrefix(node: ts.PrefixUnaryExpression): Change[] {
  const operand = node.operand.getText();
  if (node.operator === SyntaxKind.PlusPlusToken) return [['step', node, `--${operand}`]];
  if (node.operator === SyntaxKind.MinusMinusToken) return [['step', node, `++${operand}`]];
  if (node.operator === SyntaxKind.PlusToken || node.operator === SyntaxKind.TildeToken) return [];
  return [['sign', node, `(${operand})`]];
}

function ofStatement(node: ts.ExpressionStatement): Change[] {
  const { expression } = node;
  // A text by itself is a directive; a constructor cannot do without `super`.
  if (ts.isStringLiteral(expression) || expression.getText().startsWith('super(')) return [];
  return [['statement', node, ';']];
}

function condition(node: ts.Expression): Change[] {
  return [
    ['condition', node, 'true'],
    ['condition', node, 'false'],
  ];
}

/** What says something to a reader, or names a module, computes nothing: errors thrown, texts, warnings' templates, imports. */
function isMessage(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isThrowStatement(node)) return true;
  return ts.isNewExpression(node) && node.expression.getText().endsWith('Error');
}

/** `{ steps: true, key: true }`, or `requireKeys(options, { keep: true }, …)`: a table of known names, of which the values are not read. */
function isName({ parent }: ts.Node): boolean {
  if (!ts.isPropertyAssignment(parent)) return false;
  const call = parent.parent.parent;
  const given = ts.isCallExpression(call) && /^require(Keys|Fields)$/.test(call.expression.getText());
  if (parent.parent.properties.length < 2 && !given) return false;
  return parent.parent.properties.every(
    (property) =>
      ts.isSpreadAssignment(property) ||
      (ts.isPropertyAssignment(property) && property.initializer.kind === SyntaxKind.TrueKeyword),
  );
}

/** `i < list.length` where a loop goes on. */
function isLoopOverAll(node: ts.BinaryExpression): boolean {
  return (
    ts.isForStatement(node.parent) &&
    node.parent.condition === node &&
    node.operatorToken.kind === SyntaxKind.LessThanToken &&
    node.right.getText().endsWith('.length')
  );
}

function isText(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === SyntaxKind.PlusToken &&
    (isText(node.left) || isText(node.right))
  );
}

function isArithmetic(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isArithmetic(node.expression);
  return ts.isBinaryExpression(node) && OPERATORS.get(node.operatorToken.kind)?.[0] === 'arithmetic' && !isText(node);
}

/** The name of a function, `undefined` for what is not one; one without a name has its variable's or property's. */
function nameOf(node: ts.Node): string | undefined {
  if (!ts.isFunctionLike(node)) return undefined;
  if (node.name) return node.name.getText();
  const { parent } = node;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.initializer === node)
    return parent.name.getText();
  return undefined;
}
