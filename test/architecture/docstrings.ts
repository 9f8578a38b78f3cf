import ts from 'typescript';
import { targetOf } from './import-rules.js';
import type { SourceFile } from './source-file.js';

/** One export of a package's entry, with the declarations that make it. */
export interface PublicExport {
  readonly name: string;
  readonly file: SourceFile;
  readonly declarations: readonly ts.Node[];
}

type Tree = ReadonlyMap<string, SourceFile>;

/** What a package's entry exports, followed to where it is declared. */
export function publicExports(files: readonly SourceFile[], entry: string): PublicExport[] {
  const tree: Tree = new Map(files.map((file) => [file.path, file]));
  const file = tree.get(entry);
  return file ? exportsOf(file, tree).filter(unique) : [];
}

/** Every export of every entry says what it is. */
export function documented(files: readonly SourceFile[]): string[] {
  return entries(files).flatMap((entry) =>
    publicExports(files, entry).flatMap(({ name, file, declarations }) => {
      if (declarations.length === 0) return [`${entry}: '${name}' has no declaration in ${file.path}`];
      return declarations.some((node) => docstring(node) !== '') ? [] : [`${file.path}: '${name}' has no docstring`];
    }),
  );
}

export function entries(files: readonly SourceFile[]): string[] {
  return files.map(({ path }) => path).filter((path) => /^packages\/[^/]+\/src\/[^/]+\.ts$/.test(path));
}

/** The docstring of a declaration, `''` if it has none. */
export function docstring(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => doc.getText())
    .join('\n');
}

function exportsOf(file: SourceFile, tree: Tree): PublicExport[] {
  return file.tree.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return reExports(statement, file, tree);
    return declared(statement)
      .filter(() => isExported(statement))
      .map(({ name, node }) => ({ name, file, declarations: [node] }));
  });
}

function reExports(statement: ts.ExportDeclaration, file: SourceFile, tree: Tree): PublicExport[] {
  const { moduleSpecifier: from, exportClause: clause } = statement;
  const source = from && ts.isStringLiteral(from) ? tree.get(targetOf(file.path, from.text)) : file;
  if (!source) return [];
  if (!clause) return exportsOf(source, tree);
  if (!ts.isNamedExports(clause)) return [];
  return clause.elements.map((element) => {
    const wanted = (element.propertyName ?? element.name).text;
    const found = find(wanted, source, tree);
    return { name: element.name.text, file: found.file, declarations: found.declarations };
  });
}

function find(name: string, file: SourceFile, tree: Tree): PublicExport {
  const here = file.tree.statements.flatMap(declared).filter((d) => d.name === name);
  if (here.length > 0) return { name, file, declarations: here.map((d) => d.node) };
  const further = exportsOf(file, tree).find((e) => e.name === name);
  return further ?? { name, file, declarations: [] };
}

function declared(statement: ts.Statement): { name: string; node: ts.Node }[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations
      .filter((d) => ts.isIdentifier(d.name))
      .map((d) => ({ name: d.name.getText(), node: statement }));
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return named && statement.name ? [{ name: statement.name.text, node: statement }] : [];
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) && !!ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function unique(item: PublicExport, index: number, all: readonly PublicExport[]): boolean {
  return all.findIndex((other) => other.name === item.name && other.file === item.file) === index;
}
