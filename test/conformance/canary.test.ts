import {
  barrier,
  coupled,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exitTime,
  expectation,
  expression,
  fold,
  inline,
  key,
  milstein,
  multilevel,
  observe,
  problem,
  quasiExpectation,
  rerun,
  runningIntegral,
  SdeError,
  simulate,
  supremum,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { graph } from 'sde-core/expression';
import { afterEach, describe, expect, it } from 'vitest';

declare global {
  var canary: number;
}
const CODE = 'globalThis.canary++';
/** Values that run code where they are pasted into a program, or asked for their text or their number. */
const CANARIES: readonly (readonly [string, () => unknown])[] = [
  ['an expression', () => CODE],
  ['a call', () => `(()=>{${CODE};return 1})()`],
  ['the end of a statement', () => `1; ${CODE}; //`],
  ['a template', () => `\${${CODE}}`],
  ['an array of text', () => [CODE]],
  ['an object with toString', () => ({ toString: fire, valueOf: fire })],
  ['an object with toPrimitive', () => ({ [Symbol.toPrimitive]: fire })],
  ['a function', () => fire],
];
function fire(): number {
  globalThis.canary++;
  return 1;
}

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
const on = problem({ model, x0: [1], T: 1 });
const chain = discretize(on, eulerMaruyama, 2);
const backend = inline();
const mean = (of = chain, phi = terminal('x')): Promise<unknown> =>
  expectation(of, phi, { paths: 8, key: key(1), backend });

/** Every numeric field that a file or a caller fills, as the function that takes its value to a number. */
const FIELDS: readonly (readonly [string, (value: number) => unknown])[] = [
  ['graph().constant', (v) => graph().constant(v)],
  ['graph().apply', (v) => graph().apply(v as never, graph().symbol('x'))],
  ['expression: parameters', (v) => expression('a*x', { state: ['x'], parameters: { a: v } }).evaluate(0, [1])],
  ['expression: text', (v) => expression(v, { state: ['x'] }).evaluate(0, [1])],
  ['symbolic: parameters', (v) => symbolic({ state: ['x'], drift: ['a*x'], diffusion: [['1']], parameters: { a: v } })],
  ['terminal: parameters', (v) => mean(chain, terminal('a*x', { parameters: { a: v } }))],
  ['runningIntegral: parameters', (v) => mean(observe(chain, { y: runningIntegral('a*x', { parameters: { a: v } }) }))],
  ['supremum: parameters', (v) => mean(observe(chain, { y: supremum('a*x', { parameters: { a: v } }) }))],
  ['exitTime: parameters', (v) => mean(observe(chain, { y: exitTime('a*x', { parameters: { a: v } }) }))],
  ['barrier: parameters', (v) => mean(observe(chain, { y: barrier('a*x', { parameters: { a: v } }) }))],
  ['problem: x0', (v) => mean(discretize(problem({ model, x0: [v], T: 1 }), eulerMaruyama, 2))],
  ['problem: T', (v) => mean(discretize(problem({ model, x0: [1], T: v }), eulerMaruyama, 2))],
  ['problem: t0', (v) => mean(discretize(problem({ model, x0: [1], T: 1, t0: v }), eulerMaruyama, 2))],
  ['a problem by hand: x0', (v) => mean(discretize({ ...on, x0: [v] as never }, eulerMaruyama, 2))],
  ['a problem by hand: T', (v) => mean(discretize({ ...on, T: v }, eulerMaruyama, 2))],
  ['a chain by hand: steps', (v) => mean({ ...chain, steps: v })],
  ['a chain by hand: x0', (v) => mean({ ...chain, x0: [v] as never })],
  ['discretize: steps', (v) => mean(discretize(on, eulerMaruyama, v))],
  [
    'multilevel: x0',
    (v) => multilevel({ ...on, x0: [v] as never }, milstein, terminal('x'), { tolerance: 0.5, key: key(1), backend }),
  ],
  ['multilevel: tolerance', (v) => multilevel(on, milstein, terminal('x'), { tolerance: v, key: key(1), backend })],
  ['coupled: x0', (v) => coupled({ ...on, x0: [v] as never }, milstein, { steps: 2 })],
  [
    'exactExpectation: x0',
    (v) =>
      exactExpectation(
        discretize({ ...on, x0: [v] as never }, withDriver(eulerMaruyama, 'two-point'), 2),
        terminal('x'),
      ),
  ],
  ['expectation: paths', (v) => expectation(chain, terminal('x'), { paths: v, key: key(1), backend })],
  ['quasiExpectation: points', (v) => quasiExpectation(chain, terminal('x'), { points: v, key: key(1), backend })],
  ['simulate: path', (v) => simulate(chain, { key: key(1), path: v })],
  ['key: seed', (v) => simulate(chain, { key: key(v) })],
  ['fold: label', (v) => simulate(chain, { key: fold(key(1), v) })],
];

afterEach(() => {
  globalThis.canary = 0;
});

describe('no value becomes code', () => {
  globalThis.canary = 0;
  for (const [field, use] of FIELDS) {
    it.each(CANARIES)(`${field}: %s`, async (_, value) => {
      try {
        // What the types forbid is what files hold.
        await use(value() as number);
      } catch (error) {
        if (!(error instanceof SdeError)) throw error;
      }
      expect(globalThis.canary).toBe(0);
    });
  }

  it.each(CANARIES)('provenance from a file, in every place: %s', async (_, value) => {
    const phi = terminal('a*x', { parameters: { a: 2 } });
    const estimates = [
      await expectation(chain, phi, { paths: 8, key: key(1), backend }),
      await quasiExpectation(chain, phi, { points: 8, randomizations: 2, key: key(1), backend }),
    ];
    for (const { provenance } of estimates) {
      let tried = 0;
      for (const [edited, path] of edits(provenance, value())) {
        tried++;
        try {
          await rerun(edited as never, chain, { backend });
        } catch (error) {
          if (!(error instanceof SdeError)) throw new Error(`raw error at ${path}: ${String(error)}`, { cause: error });
        }
        expect(globalThis.canary, path).toBe(0);
      }
      expect(tried).toBeGreaterThan(8);
    }
  });
});

/** A copy of plain data for each of its leaves, with that leaf replaced. */
function* edits(data: unknown, value: unknown, path = ''): Generator<readonly [unknown, string]> {
  if (typeof data !== 'object' || data === null) return;
  for (const [name, part] of Object.entries(data)) {
    const put = (now: unknown): unknown =>
      Array.isArray(data) ? data.map((old, i) => (String(i) === name ? now : old)) : { ...data, [name]: now };
    yield [put(value), `${path}.${name}`];
    for (const [inner, where] of edits(part, value, `${path}.${name}`)) yield [put(inner), where];
  }
}
