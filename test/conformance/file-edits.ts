/** One edit of a file: what was done, where, and the text that came of it. */
export interface FileEdit {
  readonly kind: string;
  readonly place: string;
  readonly text: string;
}

/** Texts that run where they are pasted into a program. */
export const CODE = [
  'globalThis.canary++',
  '(()=>{globalThis.canary++;return 1})()',
  '1; globalThis.canary++; //',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template, which must not become one.
  '${globalThis.canary++}',
] as const;

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 1);

/** Stands in the data where a text that JSON.stringify does not write shall come. */
const HERE = '@@here@@';

/** What every node of a file is replaced by. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number as text', 'NaN'],
  ['a negative number', -3],
  ['a huge number', 1e300],
  ['a fraction', 0.123456789],
  ['true', true],
  ['an empty list', []],
  ['an empty object', {}],
  ['a list in a list', [[1]]],
  ['deep nesting', nested(200)],
  ['a huge text', 'x'.repeat(70_000)],
];

/** What every node is replaced by that only a text can say. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['an overflow', '1e999'],
  ['NaN', 'NaN'],
  ['a hexadecimal number', '0x10'],
  ['a comment', '/**/1'],
];

/** Every node of data × every edit, the whole among the nodes. */
export function* nodeEdits(data: unknown): Generator<FileEdit> {
  let seen = 0;
  for (const { place, put, node } of nodes(data)) {
    yield { kind: 'code', place, text: JSON.stringify(put(CODE[seen++ % CODE.length])) };
    for (const [kind, value] of VALUES) yield { kind, place, text: JSON.stringify(put(value)) };
    for (const [kind, value] of TEXTS)
      yield { kind, place, text: JSON.stringify(put(HERE)).replace(`"${HERE}"`, value) };
    if (typeof node !== 'object' || node === null) continue;
    const keys = Object.keys(node);
    if (Array.isArray(node)) {
      yield { kind: 'one entry less', place, text: JSON.stringify(put(node.slice(1))) };
      continue;
    }
    for (const name of keys) {
      const { [name]: _, ...rest } = node as Record<string, unknown>;
      yield { kind: 'a field deleted', place: `${place}.${name}`, text: JSON.stringify(put(rest)) };
    }
    yield { kind: 'an extra field', place, text: JSON.stringify(put({ ...node, extra: 1 })) };
    yield { kind: 'code as a name', place, text: JSON.stringify(put({ ...node, [CODE[0]]: 1 })) };
    const opened = JSON.stringify(put({ [HERE]: 0, ...node }));
    const insert = (field: string): string => opened.replace(`"${HERE}":0`, field);
    for (const name of ['__proto__', 'constructor', 'toString'])
      yield { kind: `a field ${name}`, place, text: insert(`"${name}":{"polluted":true}`) };
    yield { kind: 'an escaped field __proto__', place, text: insert('"\\u005f_proto__":{"polluted":true}') };
    if (keys.length > 0) yield { kind: 'a field twice', place, text: insert(`${JSON.stringify(keys[0])}:0`) };
  }
}

/** A text cut, preceded, followed or replaced by what is none of it. */
export function* textEdits(text: string): Generator<FileEdit> {
  const cuts = 60;
  for (let i = 0; i < cuts; i++) {
    const at = Math.floor((i * text.trimEnd().length) / cuts);
    yield { kind: 'truncated', place: `byte ${at}`, text: text.slice(0, at) };
  }
  const whole: readonly (readonly [string, string])[] = [
    ['a byte order mark', `\uFEFF${text}`],
    ['something after it', `${text}{}`],
    ['a zero byte', `${text}\0`],
    ['binary', String.fromCharCode(...Array.from({ length: 64 }, (_, i) => (i * 37 + 11) % 256))],
    ['nothing but space', ' \n'],
    ['code', CODE[1]],
    ['brackets without end', '['.repeat(100_000)],
    ['objects without end', '{"a":'.repeat(100_000)],
    ['a text without end', `"${'a'.repeat(100_000)}`],
  ];
  for (const [kind, edited] of whole) yield { kind, place: 'the whole', text: edited };
}

interface Node {
  readonly place: string;
  readonly node: unknown;
  put(value: unknown): unknown;
}

function* nodes(data: unknown, place = ''): Generator<Node> {
  yield { place, node: data, put: (value) => value };
  if (typeof data !== 'object' || data === null) return;
  for (const [name, part] of Object.entries(data)) {
    const isList = Array.isArray(data);
    // A list is seen by its first entry.
    if (isList && Number(name) >= 1) return;
    const at = isList ? `${place}[${name}]` : place ? `${place}.${name}` : name;
    for (const { place, node, put } of nodes(part, at)) {
      const outer = (value: unknown): unknown =>
        isList ? data.map((old, i) => (String(i) === name ? put(value) : old)) : { ...data, [name]: put(value) };
      yield { place, node, put: outer };
    }
  }
}
