import { describe, expect, test } from 'vitest';
import { mutationsOf } from '#mutants/mutation';

/** What a text becomes, one mutation after the other. */
const changed = (text: string): string[] =>
  mutationsOf(text).map(({ start, end, to }) => text.slice(0, start) + to + text.slice(end));

describe('mutationsOf', () => {
  test.each([
    ['a + b;', ['a - b;', 'a;', 'b;', ';']],
    ['x = a / b;', [';', 'x = a * b;', 'x = a;']],
    ['x = a < b;', [';', 'x = a <= b;', 'x = a >= b;']],
    ['x = a === b;', [';', 'x = a !== b;']],
    ['x = a && b;', [';', 'x = a || b;', 'x = a;', 'x = b;']],
    ['x = a ?? b;', [';', 'x = a;']],
    ['x += a;', [';', 'x -= a;', 'x = a;']],
    ['x = 0;', [';', 'x = 1;']],
    ['x = 1;', [';', 'x = 0;', 'x = 2;']],
    ['x = 0.5;', [';', 'x = (1.01 * 0.5);']],
    ['x = true;', [';', 'x = false;']],
    ['x = -a;', [';', 'x = (a);']],
    ['x = Math.min(a, b);', [';', 'x = Math.max(a, b);']],
    ['x = list.filter(f);', [';', 'x = list;']],
    ['x = multiply(a, b);', [';', 'x = a;', 'x = b;']],
    ['x = add(a, b);', [';', 'x = add(a, negate(b));', 'x = a;', 'x = b;']],
    ['if (a) f();', ['if (true) f();', 'if (false) f();', 'if (a) ;']],
    ['x = { ...a };', [';', 'x = { ...{} };']],
    ['const f = (a, b) => { return a * b; };', ['const f = (a, b) => { return -(a * b); };']],
  ])('%s', (text, expected) => {
    const found = changed(text);
    for (const each of expected) expect(found).toContain(each);
    // Nothing stands there twice, and nothing is the text itself.
    expect(new Set([text, ...found]).size).toBe(found.length + 1);
  });

  test('a loop over a list goes one short, not one too far: beyond the end of a typed array there is nothing to notice', () => {
    const found = changed('for (let p = 0; p < u.length; p++) u[p] = v[p];');
    expect(found).toContain('for (let p = 0; p < (u.length - 1); p++) u[p] = v[p];');
    expect(found.some((text) => text.includes('<='))).toBe(false);
  });

  test('leaves alone the values of known names, which nothing reads', () => {
    for (const text of [
      'const KNOWN = { a: true, b: true };',
      "requireKeys(x, { a: true }, 'f(x)');",
      'requireFields(x, { a: true }, where);',
    ])
      expect(changed(text).filter((each) => each.includes('false'))).toEqual([]);
    expect(changed('const start = mesh({ rough: true });')).toContain('const start = mesh({ rough: false });');
  });

  test('leaves alone what is said to a reader, and imports', () => {
    expect(mutationsOf(`import { a } from 'b';`)).toEqual([]);
    expect(mutationsOf("'use strict';")).toEqual([]);
    expect(mutationsOf(`const text = \`\${a + 1} of \${b}\`;`)).toEqual([]);
    expect(mutationsOf("throw new SdeError('value', { got: a + 1, when: x > 2 });")).toEqual([]);
    expect(mutationsOf("const what = 'a' + b;")).toEqual([]);
  });

  test('says in which function it stands', () => {
    const text = 'function outer() { const inner = (x) => { x++; }; return { method() { y--; } }; } z = 0;';
    const places = new Map(mutationsOf(text).map((mutation) => [mutation.from, mutation.function]));
    expect(places.get('x++')).toBe('outer.inner');
    expect(places.get('y--')).toBe('outer.method');
    expect(places.get('0')).toBe('');
  });
});
