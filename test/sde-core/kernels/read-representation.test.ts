import { discretize, eulerMaruyama, inline, platen, problem, SdeError, symbolic, terminal, withDriver } from 'sde-core';
import { program } from 'sde-core/execution';
import { describe, expect, it } from 'vitest';
import { blockKernel } from '#sde-core/kernels/block-kernel';
import { readRepresentation } from '#sde-core/kernels/read-representation';

const model = symbolic({ state: ['x'], drift: 't < 0.5 ? -x : exp(x)', diffusion: '1/3', breakpoints: [0.5] });
const on = problem({ model, x0: [1], T: 1 });
const made = (() => {
  const chain = discretize(on, withDriver(platen, 'three-point'), 2);
  const traced = program(chain, terminal('max(x, 1/0)').on(chain), { antithetic: true });
  if (traced.kind === 'native') throw new Error('not traced');
  return traced;
})();
const good = { ...made.representation, nonNegative: [0] };

declare global {
  var fired: number;
}
globalThis.fired = 0;
const fire = (): number => {
  globalThis.fired++;
  return 0;
};

/** Values that are none of a program's, some of which run code where they are pasted or asked for their number. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ['code', 'globalThis.fired++'],
  ['a call', '(() => { globalThis.fired++; return 1; })()'],
  ['a name of every object', 'constructor'],
  ['a number with a fraction', 0.5],
  ['a number below 0', -1],
  ['a large number', 2 ** 53],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['null', null],
  ['nothing', undefined],
  ['a list', [0]],
  ['a list of code', ['globalThis.fired++']],
  ['an object with valueOf', { valueOf: fire, toString: fire }],
  ['an object with toPrimitive', { [Symbol.toPrimitive]: fire }],
  ['a big integer', 1n],
  ['a symbol', Symbol('x')],
  ['a function', fire],
  ['a text', 'x'],
];

type Path = readonly (string | number)[];

/** Every place of plain data, leaves and inner ones. */
const places = (data: unknown, path: Path = []): Path[] =>
  typeof data === 'object' && data !== null
    ? [
        path,
        ...Object.entries(data).flatMap(([key, value]) =>
          places(value, [...path, Array.isArray(data) ? Number(key) : key]),
        ),
      ]
    : [path];

/** A copy with another value at a place. */
function put(data: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((entry, i) => (i === key ? put(entry, rest, value) : entry));
  const fields = data as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: put(fields[key], rest, value) };
}

const at = (data: unknown, path: Path): unknown =>
  path.reduce((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], data);

/** Refused with an SdeError, or read as what is a program too. */
function outcome(value: unknown): 'refused' | 'read' {
  try {
    const read = readRepresentation(value);
    expect(readRepresentation(structuredClone(read))).toEqual(read);
    return 'read';
  } catch (error) {
    if (error instanceof SdeError && error.code === 'data') return 'refused';
    throw error;
  }
}

describe('a representation from outside', () => {
  it('is read as a copy', () => {
    const read = readRepresentation(good);
    expect(read).toEqual(good);
    expect(read.step.instructions).not.toBe(good.step.instructions);
    expect(places(good).length).toBeGreaterThan(100);
  });

  it('is refused, or a program, whatever stands in one of its places', () => {
    let [refused, read] = [0, 0];
    for (const path of places(good)) {
      for (const [, value] of WRONG) {
        if (outcome(put(good, path, value)) === 'refused') refused++;
        else read++;
      }
    }
    expect(globalThis.fired).toBe(0);
    // Finite numbers where any number may stand, earlier places where an earlier place was, and no nonNegative at all.
    expect(refused / (refused + read)).toBeGreaterThan(0.8);
  });

  it('is refused with a field more or less', () => {
    for (const path of places(good)) {
      const inner = at(good, path);
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
      expect(outcome(put(good, path, { ...inner, more: 1 })), `${path}`).toBe('refused');
      for (const name of Object.keys(inner)) {
        const { [name]: _, ...less } = inner as Readonly<Record<string, unknown>>;
        const optional = ['nonNegative', 'outcomes'].includes(name);
        expect(outcome(put(good, path, less)), `${path} without ${name}`).toBe(optional ? 'read' : 'refused');
      }
    }
  });

  it.each([
    ['a later version', { version: 2 }, /version/],
    [
      'a place that is not earlier',
      { functionals: { instructions: [{ kind: 'operation', operation: 'negate', operands: [0] }], values: [0] } },
      /operands\[0\]/,
    ],
    [
      'too few operands',
      {
        functionals: {
          instructions: [
            { kind: 'state', index: 0 },
            { kind: 'operation', operation: 'add', operands: [0] },
          ],
          values: [1],
        },
      },
      /2 places/,
    ],
    [
      'noise in a functional',
      { functionals: { instructions: [{ kind: 'noise', stream: 0, step: 0, component: 0 }], values: [0] } },
      /kind/,
    ],
    [
      'noise of another stream',
      { step: { instructions: [{ kind: 'noise', stream: 1, step: 0, component: 0 }], next: [0] } },
      /stream 0 of step 0/,
    ],
    ['no functional', { functionals: { instructions: [], values: [] } }, /at least one functional/],
    ['a new state of another shape', { x0: [1, 2] }, /shape \(2\)/],
    ['a time before a breakpoint that there is not', { grid: { t0: 0, h: 0.5, steps: 2 } }, /a grid with breakpoints/],
    [
      'breakpoints out of order',
      {
        grid: {
          t0: 0,
          h: 0.25,
          steps: 4,
          breakpoints: [
            { n: 2, time: 0.5 },
            { n: 1, time: 0.25 },
          ],
        },
      },
      /more than 2/,
    ],
    [
      'a breakpoint inside a step',
      { grid: { t0: 0, h: 0.25, steps: 4, breakpoints: [{ n: 2, time: 0.7 }] } },
      /a time next to/,
    ],
    ['more steps than any run takes', { grid: { ...good.grid, steps: 2 ** 31 + 1 } }, /steps/],
    ['a step of no length', { grid: { ...good.grid, h: 0 } }, /above 0/],
  ])('with %s is refused', (_, change, message) => {
    expect(() => readRepresentation({ ...good, ...change })).toThrow(message);
  });

  it('is checked by every backend before it becomes code', async () => {
    const code = { kind: 'operation', operation: 'globalThis.fired++;negate', operands: [0] };
    const representation = { ...good, functionals: { instructions: [{ kind: 'state', index: 0 }, code], values: [1] } };
    const altered = { ...made, representation } as unknown as typeof made;
    expect(() => blockKernel(altered)).toThrow(SdeError);
    await expect(inline().prepare(altered)).rejects.toThrow(/an operation of expressions/);
    expect(globalThis.fired).toBe(0);
  });

  it('cannot change between the check and the code', () => {
    let reads = 0;
    const instruction = {
      kind: 'constant',
      get value() {
        reads++;
        return reads === 1 ? 1 : 'globalThis.fired++';
      },
    };
    const read = readRepresentation({ ...good, functionals: { instructions: [instruction], values: [0] } });
    expect(read.functionals.instructions).toEqual([{ kind: 'constant', value: 1 }]);
    expect(reads).toBe(1);
  });

  it('reads what a chain without breakpoints made', () => {
    const chain = discretize(
      problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: '1' }), x0: [1], T: 1 }),
      eulerMaruyama,
      3,
    );
    const plain = program(chain, terminal('x').on(chain));
    expect(plain.kind === 'traced' && readRepresentation(plain.representation)).toEqual(
      plain.kind === 'traced' && plain.representation,
    );
  });
});
