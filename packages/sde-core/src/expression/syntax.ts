/** Turns text into a syntax tree in the shape that mathjs gives. */
export type Parser = (text: string) => SyntaxNode;

/** The part of mathjs's syntax tree that is read here. */
export interface SyntaxNode {
  readonly type: string;
  readonly op?: string;
  readonly fn?: string | SyntaxNode;
  readonly implicit?: boolean;
  readonly name?: string;
  readonly value?: unknown;
  readonly args?: readonly SyntaxNode[];
  readonly content?: SyntaxNode;
  readonly condition?: SyntaxNode;
  readonly trueExpr?: SyntaxNode;
  readonly falseExpr?: SyntaxNode;
  readonly conditionals?: readonly string[];
  readonly params?: readonly SyntaxNode[];
}
