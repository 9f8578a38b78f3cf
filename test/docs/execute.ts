import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { Example } from './example.js';
import { agrees } from './shown-value.js';

const FOLDER = fileURLToPath(new URL('../.examples/', import.meta.url));
const MARK = '\u0001';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

/** Where one example is written: below the workspace, so that its imports are a user's. */
export function fileOf(example: Example, set: string): string {
  return join(FOLDER, set, `${example.name.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '')}.ts`);
}

/** Writes a set of examples; what stood there before is gone. */
export function writeExamples(examples: readonly Example[], set: string): void {
  rmSync(join(FOLDER, set), { recursive: true, force: true });
  mkdirSync(join(FOLDER, set), { recursive: true });
  for (const example of examples) writeFileSync(fileOf(example, set), `${example.code}\nexport {};\n`);
}

/** The type errors of each example, by its name: one program for all. */
export function typeErrors(examples: readonly Example[], set: string): Map<string, string[]> {
  const program = ts.createProgram(
    examples.map((example) => fileOf(example, set)),
    OPTIONS,
  );
  return new Map(
    examples.map((example) => {
      const source = program.getSourceFile(fileOf(example, set));
      const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [example.name, errors.map((error) => ts.flattenDiagnosticMessageText(error.messageText, '\n'))];
    }),
  );
}

/** Runs one example in a process of its own; the complaints about what it shows, none if all is as shown. */
export async function complaints(example: Example, set: string): Promise<string[]> {
  const { code, misplaced } = withChecks(example.code);
  if (misplaced.length > 0) return misplaced;
  const file = fileOf(example, set).replace(/\.ts$/, '.js');
  writeFileSync(
    file,
    ts.transpileModule(code, { compilerOptions: { ...OPTIONS, module: ts.ModuleKind.ESNext } }).outputText,
  );
  let printed: string;
  try {
    ({ stdout: printed } = await promisify(execFile)(process.execPath, [file], { timeout: 60_000, maxBuffer: 1e7 }));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const lines = printed.split('\n');
  const checks = lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(1));
  const output = lines.filter((line) => !line.startsWith(MARK)).join('\n');
  const wrong = checks.filter((check) => check !== 'as shown');
  if (example.output !== undefined && !agrees(example.output, output))
    wrong.push(`printed:\n${output}\nshown:\n${example.output}`);
  return wrong;
}

/** `// → value` after a statement of the module becomes a check of the statement's value. */
function withChecks(text: string): { code: string; misplaced: string[] } {
  const tree = ts.createSourceFile('example.ts', text, ts.ScriptTarget.ES2022, true);
  let found = 0;
  const parts = tree.statements.map((statement) => {
    const full = statement.getFullText();
    const expected = arrowAfter(text, statement);
    if (expected === undefined) return full;
    const value = shownBy(statement);
    if (value === undefined) return full;
    found += 1;
    const check = (what: string): string => `__shows(${what}, ${JSON.stringify(expected)});`;
    return value.name ? `${full}\n${check(value.name)}` : `\n${check(value.expression)}`;
  });
  const arrows = [...text.matchAll(/\/\/ → /g)].length;
  const misplaced = arrows === found ? [] : [`${arrows - found} '// →' stand after no statement that has a value`];
  return { code: `${PRELUDE}\n${parts.join('')}`, misplaced };
}

const SHOWN = pathToFileURL(join(FOLDER, 'shown-value.js')).href;

const PRELUDE = `import { agrees as __agrees, shown as __shown } from '${SHOWN}';
const __shows = (value: unknown, expected: string): void => {
  const got = __shown(value);
  const verdict = __agrees(expected, got) ? 'as shown' : JSON.stringify(got) + ' is not as shown: ' + JSON.stringify(expected);
  console.log('\\u0001' + verdict);
};`;

/** The runtime half of the checks, transpiled once beside the examples. */
export function writeRuntime(source: string): void {
  mkdirSync(FOLDER, { recursive: true });
  const { outputText } = ts.transpileModule(source, { compilerOptions: { ...OPTIONS, module: ts.ModuleKind.ESNext } });
  writeFileSync(join(FOLDER, 'shown-value.js'), outputText);
}

function arrowAfter(text: string, statement: ts.Statement): string | undefined {
  for (const range of ts.getTrailingCommentRanges(text, statement.end) ?? []) {
    const match = /^\/\/ → (.+)$/.exec(text.slice(range.pos, range.end));
    if (match) return match[1].trim();
  }
  return undefined;
}

function shownBy(statement: ts.Statement): { name?: string; expression: string } | undefined {
  if (ts.isVariableStatement(statement)) {
    const declaration = statement.declarationList.declarations.at(-1);
    const name = declaration && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
    return name ? { name, expression: name } : undefined;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'console.log')
    return { expression: expression.getText() };
  const args = expression.arguments.map((a) => a.getText());
  return { expression: args.length === 1 ? args[0] : `[${args.join(', ')}].map(__shown).join(' ')` };
}
