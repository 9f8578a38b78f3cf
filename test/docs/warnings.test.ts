import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGES } from '../architecture/layout.js';
import { filesBelow, ROOT } from '../architecture/source-file.js';

const quoted = (text: string): string[] => Array.from(text.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g), ([, word]) => word);

/** The kinds in one text: of exported types named for warnings, of `Warning<'…'>`, and of the types whose `kind` these take. */
function kindsIn(text: string, whole: string): string[] {
  const types = Array.from(
    text.matchAll(/^export type (\w*Warning\w*|\w+Kind) =([^;]*);/gm),
    ([, name, body]) => [name, body] as const,
  );
  const warned = (name: string): boolean =>
    name.includes('Warning') || new RegExp(`Warning<[^;>]*\\b${name}\\b`).test(whole);
  const bodies = [
    ...types.filter(([name]) => warned(name)).map(([, body]) => body),
    ...Array.from(text.matchAll(/Warning<([^;>]*)>/g), ([, body]) => body),
  ];
  return bodies.flatMap((body) => [
    ...quoted(body.replace(/\w+\['kind'\]/g, '')),
    ...Array.from(body.matchAll(/(\w+)\['kind'\]/g)).flatMap(([, name]) =>
      quoted(new RegExp(`interface ${name} \\{\\s*readonly kind: ([^;]*);`).exec(whole)?.[1] ?? ''),
    ),
  ]);
}

const listed = (page: string): string[] => Array.from(page.matchAll(/^\| `([a-z-]+)`\s*\|/gm), ([, kind]) => kind);

describe('docs/warnings.md', () => {
  const texts = PACKAGES.flatMap((name) => filesBelow(`packages/${name}/src`, '.ts')).map(({ text }) => text);
  const whole = texts.join('\n');
  const kinds = [...new Set(texts.flatMap((text) => kindsIn(text, whole)))].sort();

  it('lists every kind of warning that the packages export, once, and no other', () => {
    expect(kinds.length).toBeGreaterThan(30);
    expect(listed(readFileSync(join(ROOT, 'docs/warnings.md'), 'utf8')).sort()).toEqual(kinds);
  });

  it('would miss a new one', () => {
    const made =
      "export type MadeWarning = Warning<'made-up' | Trouble['kind'] | MadeKind>;\nexport type MadeKind = 'kind-of';";
    const other = "export interface Trouble {\n  readonly kind: 'troubled';\n}\nexport type OtherKind = 'other';";
    expect(new Set(kindsIn(`${made}\n${other}`, `${made}\n${other}`))).toEqual(
      new Set(['made-up', 'troubled', 'kind-of']),
    );
  });
});
