import ts from 'typescript';

/** One example of the documentation: a module that is type-checked and, unless it says `no-run`, executed. */
export interface Example {
  /** Where it stands: a document and a line, or an export. It is unique. */
  readonly name: string;
  readonly code: string;
  readonly runs: boolean;
  /** What it prints, where the document shows it. */
  readonly output?: string;
}

/**
 * The fenced ```ts blocks of a Markdown document.
 *
 * ```ts no-run is only type-checked, ```ts continued goes on from the block before it, and a ```text block that follows
 * a block is what it prints.
 */
export function markdownExamples(path: string, text: string): Example[] {
  const found: Example[] = [];
  let before = '';
  const blocks = fencedBlocks(text);
  for (const [i, block] of blocks.entries()) {
    const [language, ...flags] = block.info.split(/\s+/);
    if (language !== 'ts' && language !== 'typescript') continue;
    before = flags.includes('continued') ? `${before}\n${block.text}` : block.text;
    const next = blocks[i + 1];
    const shows = next?.info === 'text' && text.slice(block.end, next.start).trim() === '';
    found.push({
      name: `${path}:${block.line}`,
      code: before,
      runs: !flags.includes('no-run'),
      ...(shows ? { output: next.text } : {}),
    });
  }
  return found;
}

/** The `@example` blocks of a docstring: fenced as in a document, or plain code. */
export function docstringExamples(name: string, docstring: string): Example[] {
  const source = ts.createSourceFile('doc.ts', `${docstring}\nexport {};`, ts.ScriptTarget.ES2022, true);
  return ts
    .getJSDocTags(source.statements[0])
    .filter((tag) => tag.tagName.text === 'example')
    .flatMap((tag, i) => {
      const text = exampleText(tag.getText());
      const label = i === 0 ? name : `${name} (${i + 1})`;
      if (!text.includes('```')) return [{ name: label, code: text, runs: true }];
      return markdownExamples(label, text);
    });
}

function exampleText(tag: string): string {
  return tag
    .replace(/^@example[^\S\n]*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

interface Fence {
  readonly info: string;
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

function fencedBlocks(text: string): Fence[] {
  return [...text.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```[^\S\n]*$/gm)].map((match) => ({
    info: match[1].trim(),
    text: match[2],
    line: text.slice(0, match.index).split('\n').length,
    start: match.index,
    end: match.index + match[0].length,
  }));
}
