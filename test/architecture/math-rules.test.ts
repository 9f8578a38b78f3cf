import { describe, expect, it } from 'vitest';
import { PACKAGES } from './layout.js';
import { exactMath } from './math-rules.js';
import { filesBelow, sourceFile } from './source-file.js';

const found = (text: string): string[] => exactMath([sourceFile('a.ts', text)]);

describe('what may enter a result', () => {
  it('is + − × ÷ √, `numerics`, and what the language fixes, in packages and in studies, and where bits are compared', () => {
    const files = [...PACKAGES.map((name) => `packages/${name}/src`), 'studies/src', 'test/bits'].flatMap((folder) =>
      filesBelow(folder, '.ts'),
    );
    expect(files.length).toBeGreaterThan(400);
    expect(exactMath(files)).toEqual([]);
  });
});

const FUNCTIONS = Object.getOwnPropertyNames(Math).filter(
  (name) =>
    ![
      ...['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'],
      ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
    ].includes(name),
);

describe('is refused', () => {
  it.each(FUNCTIONS)(
    'Math.%s, called, passed on, taken apart, spelled as text, reached from the global object',
    (name) => {
      for (const text of [
        `const y = Math.${name}(2);`,
        `const f = Math.${name};`,
        `xs.map(Math.${name});`,
        `const { ${name} } = Math;`,
        `const { ${name}: f } = Math;`,
        `const y = Math['${name}'](2);`,
        `const y = Math?.${name}(2);`,
        `const y = globalThis.Math.${name}(2);`,
        `const y = globalThis['Math'].${name}(2);`,
        `const y = (Math as Numbers).${name}(2);`,
        `type F = typeof Math.${name};`,
      ])
        expect([text, found(text).length > 0]).toEqual([text, true]);
    },
  );

  it.each([
    'const y = x ** 2;',
    'const y = x ** -0.5;',
    'const y = 10 ** k;',
    'const y = 2 ** k;',
    'const y = 2 ** 0.5;',
    'const y = 2 ** 1024;',
    'const y = 2 ** -1074;',
    'const y = 3 ** 2;',
    'const y = (2 + 0) ** 3;',
    'x **= 2;',
    'x.y **= 2;',
    'const M = Math;',
    'const y = Math[name](2);',
    "const y = Math['sqrt'](2);",
    'const { Math: M } = globalThis;',
    'const { Math } = globalThis;',
    'const { sqrt } = Math;',
    'const all = { ...Math };',
    'const f = Reflect.get(Math, name);',
    'f(Math);',
    'export default Math;',
    'with_(Math, () => 1);',
    'const { exp, log } = globalThis.Math;',
    'const y = self.Math.exp(1);',
    'names.sort((a, b) => a.localeCompare(b));',
    "names.sort((a, b) => a['localeCompare'](b));",
    'const s = (1.5).toLocaleString();',
    "const s = new Intl.NumberFormat('en').format(1.5);",
  ])('%s', (text) => {
    expect(found(text)).not.toEqual([]);
  });
});

it.each([
  'const y = Math.sqrt(x) + Math.abs(x) * Math.PI;',
  'const y = 2 ** -52 + 2 ** 1023 + 2 ** -1022;',
  'const y = x * x;',
  'const y = numbers.exp(1) + exp(2);',
  "// Math.exp(x) and x ** 2\nconst text = 'Math.exp(x) ** 2';",
  'names.sort();',
  'const f = Math.min;',
])('is allowed: %s', (text) => {
  expect(found(text)).toEqual([]);
});
