import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { docstring, entries, publicExports } from '../architecture/docstrings.js';
import { PACKAGES } from '../architecture/layout.js';
import { filesBelow, ROOT } from '../architecture/source-file.js';
import { docstringExamples, type Example, markdownExamples } from './example.js';
import { complaints, typeErrors, writeExamples, writeRuntime } from './execute.js';
import { agrees, shown } from './shown-value.js';

writeRuntime(readFileSync(new URL('./shown-value.ts', import.meta.url), 'utf8'));

const isThere = (path: string): boolean => !!statSync(join(ROOT, path), { throwIfNoEntry: false });

function documents(): Example[] {
  const inDocs = isThere('docs') ? readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`) : [];
  const inRoot = readdirSync(ROOT);
  return [...inRoot, ...inDocs, ...PACKAGES.map((name) => `packages/${name}/README.md`)]
    .filter((path) => path.endsWith('.md') && isThere(path))
    .flatMap((path) => markdownExamples(path, readFileSync(join(ROOT, path), 'utf8')));
}

function docstrings(): Example[] {
  const files = PACKAGES.flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'));
  const seen = new Set<unknown>();
  return entries(files).flatMap((entry) =>
    publicExports(files, entry).flatMap(({ name, declarations }) =>
      declarations.flatMap((node) => {
        // What a subpath has, the package's entry may have too.
        if (seen.has(node)) return [];
        seen.add(node);
        return docstringExamples(`${entry.split('/')[1]} ${name}`, docstring(node));
      }),
    ),
  );
}

const sets: readonly (readonly [set: string, examples: readonly Example[]])[] = [
  ['documents', documents()],
  ['docstrings', docstrings()],
];

describe.concurrent.each(sets)('examples of the %s', (set, examples) => {
  let errors: Map<string, string[]> = new Map();
  beforeAll(() => {
    writeExamples(examples, set);
    errors = typeErrors(examples, set);
  });

  it('have names of their own', () => {
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  });

  it.each(examples.map((example) => [example.name, example] as const))('%s', async (name, example) => {
    expect(errors.get(name)).toEqual([]);
    if (example.runs) expect(await complaints(example, set)).toEqual([]);
  });
});

describe('the harness itself', () => {
  const first = (text: string): Example => markdownExamples('here.md', text)[0];
  const check = async (example: Example): Promise<string[]> => {
    writeExamples([example], 'harness');
    return [...(typeErrors([example], 'harness').get(example.name) ?? []), ...(await complaints(example, 'harness'))];
  };

  it('finds blocks, their flags, what they print, and what they continue', () => {
    const text =
      '# T\n\n```ts\nlet x = 1;\n```\n\n```text\n1\n```\n\n```ts continued no-run\nx;\n```\n\n```sh\nnpm test\n```\n';
    expect(markdownExamples('a.md', text)).toEqual([
      { name: 'a.md:3', code: 'let x = 1;\n', runs: true, output: '1\n' },
      { name: 'a.md:11', code: 'let x = 1;\n\nx;\n', runs: false },
    ]);
  });

  it('finds the examples of a docstring, fenced or plain', () => {
    const doc =
      '/**\n * Adds.\n *\n * @example\n * add(1, 2); // → 3\n * @example\n * ```ts\n * add(2, 2); // → 4\n * ```\n */';
    expect(docstringExamples('add', doc).map(({ code }) => code.trim())).toEqual([
      'add(1, 2); // → 3',
      'add(2, 2); // → 4',
    ]);
  });

  it.each([
    ['a value', '```ts\n1 + 1; // → 2\nconst a = new Float64Array([1, 2 / 3]); // → [ 1, 0.667 ]\n```\n'],
    ['a printed value', "```ts\nconsole.log('pi is', Math.PI); // → pi is 3.14159…\n```\n"],
    ['an output', '```ts\nfor (const i of [1, 2]) console.log(i / 3);\n```\n\n```text\n0.3333\n0.6667\n```\n'],
    ['an import', "```ts\nimport { SdeError } from 'sde-core';\ntypeof SdeError; // → function\n```\n"],
  ])('passes %s that is as shown', async (_, text) => {
    expect(await check(first(text))).toEqual([]);
  });

  it.each([
    ['a value', '```ts\n1 + 1; // → 3\n```\n'],
    ['a digit', '```ts\n2 / 3; // → 0.666\n```\n'],
    ['an output', "```ts\nconsole.log('a');\n```\n\n```text\nb\n```\n"],
    ['an arrow nobody checks', '```ts\nfor (const i of [1]) {\n  i; // → 1\n}\n```\n'],
    ['a type error', "```ts\nconst x: number = 'a';\n```\n"],
    ['an exception', "```ts\nthrow new Error('no');\n```\n"],
    ['an import that is not there', "```ts\nimport { nothing } from 'sde-core';\nvoid nothing;\n```\n"],
  ])('refuses %s', async (_, text) => {
    expect((await check(first(text))).length).toBeGreaterThan(0);
  });

  it('compares words exactly and numbers to the digits shown', () => {
    expect(agrees('order 2 to 0.50', 'order 2  to 0.504')).toBe(true);
    expect(agrees('order 2 to 0.50', 'order 2 to 0.506')).toBe(false);
    expect(agrees('order 2', 'order 3')).toBe(false);
    expect(agrees('1.2e-3', '0.00123')).toBe(true);
    expect(agrees('1.2e-3', '0.0013')).toBe(false);
    expect(agrees('-1', '1')).toBe(false);
    expect(shown(Float64Array.of(1, 2))).toBe('[ 1, 2 ]');
  });
});
