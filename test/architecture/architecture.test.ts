import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citations } from './citations.js';
import { documented } from './docstrings.js';
import { folderOrder, noCycles, noEagerNode, oneParser, packageOrder } from './import-rules.js';
import { PACKAGES } from './layout.js';
import { filesBelow, ROOT, type SourceFile, sourceFile } from './source-file.js';
import { length, names, noTopLevelAwait, oneCodeMaker, plainArrays, pure } from './text-rules.js';

type Rule = (files: readonly SourceFile[]) => readonly string[];

const packages = PACKAGES.flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'));
const studies = ['studies/src', 'bench/src'].flatMap((folder) => filesBelow(folder, '.ts'));
const tests = filesBelow('test', '.ts');
const declarations = PACKAGES.flatMap((name) => filesBelow(`packages/${name}/dist`, '.d.ts'));
const built = PACKAGES.flatMap((name) => filesBelow(`packages/${name}/dist`, '.js'));

const references = join(ROOT, 'references.bib');
const bibliography = statSync(references, { throwIfNoEntry: false }) ? readFileSync(references, 'utf8') : '';

const example = (files: Readonly<Record<string, string>>): SourceFile[] =>
  Object.entries(files).map(([path, text]) => sourceFile(path, text));

const cited: Rule = (files) => citations(files, bibliography);
const citedIn =
  (text: string): Rule =>
  (files) =>
    citations(files, text);

describe('the tree', () => {
  it('is read: every package has sources and built files', () => {
    for (const name of PACKAGES) {
      expect(packages.some((file) => file.path === `packages/${name}/src/index.ts`)).toBe(true);
      expect(built.some((file) => file.path === `packages/${name}/dist/index.js`)).toBe(true);
      expect(declarations.some((file) => file.path === `packages/${name}/dist/index.d.ts`)).toBe(true);
    }
  });

  const rules: readonly (readonly [string, Rule, readonly SourceFile[]])[] = [
    ['a folder imports only from those before it', folderOrder, packages],
    ['a package imports only packages before it, through their entry', packageOrder, [...packages, ...studies]],
    ['no file imports itself by any way round', noCycles, [...packages, ...studies]],
    ['a package entry loads nothing of Node', noEagerNode, packages],
    [
      'mathjs is imported behind one name, and in Node when the first expression is parsed',
      oneParser,
      [...packages, ...studies],
    ],
    ['no file is longer than 400 lines', length, [...packages, ...studies, ...tests]],
    ['files are named for an idea, in kebab-case', names, [...packages, ...studies, ...tests]],
    ['nothing reads a clock or another source of randomness', pure, packages],
    ['text becomes code in one place', oneCodeMaker, [...packages, ...studies]],
    ['every public export has a docstring', documented, packages],
    ['every citation is in references.bib, and every entry of it is cited', cited, [...packages, ...studies]],
    ['declarations can be read by TypeScript 5.0', plainArrays, declarations],
    ['no module awaits while it loads', noTopLevelAwait, built],
  ];
  it.each(rules)('%s', (_, rule, files) => {
    expect(rule(files)).toEqual([]);
  });
});

describe('each rule fails on a bad example and passes its mended form', () => {
  const entry = 'packages/sde-core/src/index.ts';
  const bib = '@article{known2000,\n  title = {T}\n}\n';
  const cases: readonly (readonly [string, Rule, Record<string, string>, Record<string, string>])[] = [
    [
      'a folder that imports from a later one',
      folderOrder,
      { 'packages/sde-core/src/models/a.ts': "import { f } from '../schemes/b.js';" },
      { 'packages/sde-core/src/schemes/b.ts': "import { f } from '../models/a.js';" },
    ],
    [
      'a type from a later folder, unless the layout allows it',
      folderOrder,
      { 'packages/sde-core/src/schemes/a.ts': "import { law } from '../randomness/law.js';" },
      { 'packages/sde-core/src/schemes/a.ts': "import type { Law } from '../randomness/law.js';" },
    ],
    [
      'one of two folders that stand apart, from the other',
      folderOrder,
      { 'packages/kolmogorov/src/feedback/a.ts': "import { f } from '../open-loop/b.js';" },
      { 'packages/kolmogorov/src/feedback/a.ts': "import { f } from '../backward/b.js';" },
    ],
    [
      'a folder that is not in the layout',
      folderOrder,
      { 'packages/sde-core/src/internal/a.ts': '' },
      { 'packages/sde-core/src/numerics/a.ts': '' },
    ],
    [
      'a path into another package',
      folderOrder,
      { 'packages/kolmogorov/src/grid/a.ts': "import { f } from '../../../sde-core/src/models/a.js';" },
      { 'packages/kolmogorov/src/grid/a.ts': "import { f } from './b.js';" },
    ],
    [
      'a package that imports a later one',
      packageOrder,
      { 'packages/sde-core/src/models/a.ts': "export { f } from 'kolmogorov';" },
      { 'packages/kolmogorov/src/grid/a.ts': "export { f } from 'sde-core';" },
    ],
    [
      "another package's inside",
      packageOrder,
      { 'packages/kolmogorov/src/grid/a.ts': "import { f } from 'sde-core/dist/models/a.js';" },
      { 'packages/kolmogorov/src/grid/a.ts': "import { f } from 'sde-core';" },
    ],
    [
      'two files that import each other, by types too',
      noCycles,
      { 'a/b.ts': "import type { C } from './c.js';", 'a/c.ts': "import { b } from './b.js';" },
      { 'a/b.ts': "import type { C } from './c.js';", 'a/c.ts': '' },
    ],
    [
      'a Node module that the entry reaches',
      noEagerNode,
      { [entry]: "export { f } from './models/a.js';", 'packages/sde-core/src/models/a.ts': "import 'node:fs';" },
      { [entry]: "export { f } from './models/a.js';", 'packages/sde-core/src/models/a.ts': "void import('node:fs');" },
    ],
    [
      'a Node module that the entry reaches through another package',
      noEagerNode,
      { 'packages/kolmogorov/src/index.ts': "import { f } from 'sde-core';", [entry]: "import fs from 'node:fs';" },
      {
        'packages/kolmogorov/src/index.ts': "import { f } from 'sde-core';",
        [entry]: "import type fs from 'node:fs';",
      },
    ],
    [
      'mathjs outside the parser',
      oneParser,
      { 'packages/sde-core/src/models/a.ts': "await import('mathjs');" },
      { 'packages/sde-core/src/expression/mathjs-when-needed.ts': "await import('mathjs');" },
    ],
    [
      'mathjs loaded at once',
      oneParser,
      { 'packages/sde-core/src/expression/mathjs-when-needed.ts': "import { parse } from 'mathjs/number';" },
      { 'packages/sde-core/src/expression/mathjs-at-once.ts': "import { parse } from 'mathjs/number';" },
    ],
    ['a file of 401 lines', length, { 'a.ts': '\n'.repeat(401) }, { 'a.ts': '\n'.repeat(400) }],
    ['a file of helpers', names, { 'a/utils.ts': '' }, { 'a/order-fit.ts': '' }],
    ['a name that is not kebab-case', names, { 'a/orderFit.test.ts': '' }, { 'a/order-fit.test.ts': '' }],
    [
      'Math.random',
      pure,
      { 'a.ts': 'const x = Math.random();' },
      { 'a.ts': '// Math.random\nconst x = Math.sqrt(2);' },
    ],
    ['Date.now', pure, { 'a.ts': 'const now = Date.now;' }, { 'a.ts': 'const s = "Date.now";' }],
    ['new Date()', pure, { 'a.ts': 'const t = new Date();' }, { 'a.ts': 'const t = new Date(0);' }],
    ['performance.now', pure, { 'a.ts': 'globalThis.performance.now()' }, { 'a.ts': 'performance.mark("a")' }],
    ['new Function', oneCodeMaker, { 'a.ts': "new Function('return 1')" }, { 'a.ts': "// new Function('')\nf(1);" }],
    ['eval', oneCodeMaker, { 'a.ts': "globalThis.eval('1')" }, { 'a.ts': 'const evaluate = 1;' }],
    [
      'a clock elsewhere than where work takes turns',
      pure,
      { 'packages/sde-core/src/turns/a.ts': 'performance.now()' },
      { 'packages/sde-core/src/turns/work.ts': 'performance.now()' },
    ],
    [
      'Date.now where work takes turns',
      pure,
      { 'packages/sde-core/src/turns/work.ts': 'Date.now()' },
      { 'packages/sde-core/src/turns/work.ts': 'performance.now()' },
    ],
    [
      'an undocumented export',
      documented,
      { [entry]: "export { f } from './models/a.js';", 'packages/sde-core/src/models/a.ts': 'export function f() {}' },
      {
        [entry]: "export { f } from './models/a.js';",
        'packages/sde-core/src/models/a.ts': '/** Does. */\nexport function f() {}',
      },
    ],
    [
      'an undocumented export behind a star and another name',
      documented,
      {
        [entry]: "export * from './models/a.js';",
        'packages/sde-core/src/models/a.ts': 'const g = 1;\nexport { g as f };',
      },
      {
        [entry]: "export * from './models/a.js';",
        'packages/sde-core/src/models/a.ts': '/** One. */\nconst g = 1;\nexport { g as f };',
      },
    ],
    [
      'an unknown citation in a docstring',
      citedIn(bib),
      { 'a.ts': '/** @see [unknown1999, eq. 1] [known2000] */\nconst s = { citation: "known2000" };' },
      { 'a.ts': '/** @see [known2000, eq. 1] */' },
    ],
    [
      'an unknown citation in data',
      citedIn(bib),
      { 'a.ts': "const s = { citation: 'known2000; unknown1999, (2.1)' };" },
      { 'a.ts': "const s = { citation: '[known2000, (2.1)]' };" },
    ],
    ['an entry nobody cites', citedIn(bib), { 'a.ts': '' }, { 'a.ts': '/** @see [known2000] */' }],
    [
      'a typed array with a buffer',
      plainArrays,
      { 'a.d.ts': 'export declare const x: Float64Array<ArrayBuffer>;' },
      { 'a.d.ts': 'export declare const x: Float64Array;' },
    ],
    ['top-level await', noTopLevelAwait, { 'a.js': 'const x = await f();' }, { 'a.js': 'async () => { await f(); };' }],
    [
      'top-level for await',
      noTopLevelAwait,
      { 'a.js': 'for await (const x of xs) f(x);' },
      { 'a.js': 'async function g() { for await (const x of xs) f(x); }' },
    ],
  ];
  it.each(cases)('%s', (_, rule, bad, good) => {
    expect(rule(example(bad))).toHaveLength(1);
    expect(rule(example(good))).toEqual([]);
  });

  it('an entry that stands twice in the bibliography', () => {
    expect(citations(example({ 'a.ts': '/** @see [known2000] */' }), bib + bib)).toHaveLength(1);
  });
});
