import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { BINARY, type Operation, UNARY } from '../expression/algebra.js';
import type { Computed, Constant, Instruction, PlainNumber } from '../expression/straightline.js';
import type { Law } from '../randomness/law.js';
import {
  type FunctionalSource,
  REPRESENTATION_VERSION,
  type Representation,
  type RepresentedGrid,
  type StepSource,
} from './representation.js';

/** More than any kernel holds: instructions of a step, states, random variables and functionals each. */
const MOST = 2 ** 24;
/** As many steps as a chain may have. */
const MOST_STEPS = 2 ** 31;

/**
 * A representation from data that may come from anywhere: what is not one is refused, and what is read is a copy, which nobody changes behind the check.
 *
 * Every place is that of an earlier value, every index in range, every operation known with as many operands as it takes, every number a number; there
 * is no other field.
 *
 * @throws SdeError `data`, naming the field.
 */
export function readRepresentation(value: unknown): Representation {
  const { version, grid, laws, x0, step, functionals, nonNegative, antithetic } = fields(value, 'program', [
    ['version', 'grid', 'laws', 'x0', 'step', 'functionals', 'antithetic'],
    ['nonNegative'],
  ]);
  if (version !== REPRESENTATION_VERSION) throw refused('version', String(REPRESENTATION_VERSION), version);
  if (typeof antithetic !== 'boolean') throw refused('antithetic', 'true or false', antithetic);
  const noise = list(laws, 'laws').map(readLaw);
  const start = list(x0, 'x0').map((entry, i) => readPlain(entry, `x0[${i}]`));
  const times = readGrid(grid);
  const steps = fields(step, 'step', [['instructions', 'next']]);
  const source = (kind: unknown, given: unknown, where: string): StepSource => {
    switch (kind) {
      case 'time':
        fields(given, where, [['kind']]);
        return { kind };
      case 'before':
        fields(given, where, [['kind']]);
        if (!times.breakpoints) throw refused(where, 'a grid with breakpoints', 'none');
        return { kind };
      case 'noise': {
        const { stream, step: at, component } = fields(given, where, [['kind', 'stream', 'step', 'component']]);
        if (stream !== 0 || at !== 0)
          throw refused(where, 'stream 0 of step 0', `stream ${describe(stream)} of step ${describe(at)}`);
        return { kind, stream, step: at, component: index(component, noise.length, `${where}.component`) };
      }
      default:
        return readState(kind, given, start.length, where);
    }
  };
  const stepCode = readCode(steps.instructions, 'step.instructions', source);
  const next = list(steps.next, 'step.next').map((place, i) => index(place, stepCode.length, `step.next[${i}]`));
  if (next.length !== start.length)
    throw refused('step.next', `shape (${start.length}), as x0`, `shape (${next.length})`);
  const values = fields(functionals, 'functionals', [['instructions', 'values']]);
  const valueCode = readCode(values.instructions, 'functionals.instructions', (kind, given, where) =>
    readState(kind, given, start.length, where),
  );
  const places = list(values.values, 'functionals.values').map((place, k) =>
    index(place, valueCode.length, `functionals.values[${k}]`),
  );
  if (places.length === 0) throw refused('functionals.values', 'at least one functional', 'none');
  return {
    version: REPRESENTATION_VERSION,
    grid: times,
    laws: noise,
    x0: start,
    step: { instructions: stepCode, next },
    functionals: { instructions: valueCode, values: places },
    ...(nonNegative !== undefined && {
      nonNegative: list(nonNegative, 'nonNegative').map((i, k) => index(i, start.length, `nonNegative[${k}]`)),
    }),
    antithetic,
  };
}

function readGrid(value: unknown): RepresentedGrid {
  const { t0, h, steps, breakpoints } = fields(value, 'grid', [['t0', 'h', 'steps'], ['breakpoints']]);
  const grid = {
    t0: finite(t0, 'grid.t0'),
    h: finite(h, 'grid.h'),
    steps: index(steps, MOST_STEPS + 1, 'grid.steps'),
  };
  if (!(grid.h > 0)) throw refused('grid.h', 'a length above 0', h);
  if (grid.steps < 1) throw refused('grid.steps', 'at least one step', steps);
  if (breakpoints === undefined) return grid;
  let last = 0;
  const read = list(breakpoints, 'grid.breakpoints').map((entry, i) => {
    const where = `grid.breakpoints[${i}]`;
    const { n, time } = fields(entry, where, [['n', 'time']]);
    const at = { n: index(n, grid.steps, `${where}.n`), time: finite(time, `${where}.time`) };
    if (at.n <= last) throw refused(`${where}.n`, `more than ${last}`, n);
    if (!(Math.abs(at.time - (grid.t0 + at.n * grid.h)) < grid.h / 2))
      throw refused(`${where}.time`, 'a time next to t0 + n h', time);
    last = at.n;
    return at;
  });
  return { ...grid, breakpoints: read };
}

const KINDS: readonly Law['kind'][] = ['gaussian', 'two-point', 'three-point', 'bernoulli', 'uniform'];

function readLaw(value: unknown, i: number): Law {
  const where = `laws[${i}]`;
  const law = fields(value, where, [
    ['kind', 'mean', 'variance', 'thirdCumulant', 'fourthMoment', 'parameters'],
    ['outcomes'],
  ]);
  const kind = KINDS.find((known) => known === law.kind);
  if (!kind) throw refused(`${where}.kind`, KINDS.join(', '), law.kind);
  const number = (name: string): number => finite(law[name], `${where}.${name}`);
  return {
    kind,
    mean: number('mean'),
    variance: number('variance'),
    thirdCumulant: number('thirdCumulant'),
    fourthMoment: number('fourthMoment'),
    parameters: list(law.parameters, `${where}.parameters`).map((p, k) => finite(p, `${where}.parameters[${k}]`)),
    ...(law.outcomes !== undefined && {
      outcomes: list(law.outcomes, `${where}.outcomes`).map((outcome, k) => {
        const at = `${where}.outcomes[${k}]`;
        const read = fields(outcome, at, [['probability', 'value']]);
        const probability = finite(read.probability, `${at}.probability`);
        if (!(probability >= 0 && probability <= 1))
          throw refused(`${at}.probability`, 'a number in [0, 1]', probability);
        return { probability, value: finite(read.value, `${at}.value`) };
      }),
    }),
  };
}

const ARITY: ReadonlyMap<unknown, number> = new Map<string, number>([
  ...UNARY.map((name): [string, number] => [name, 1]),
  ...BINARY.map((name): [string, number] => [name, 2]),
  ['select', 3],
]);

function readCode<Source extends { readonly kind: string }>(
  value: unknown,
  where: string,
  source: (kind: unknown, given: unknown, where: string) => Source,
): readonly Instruction<Source>[] {
  return list(value, where).map((given, place): Constant | Computed | Source => {
    const at = `${where}[${place}]`;
    const kind: unknown = object(given, at).kind;
    if (kind === 'constant')
      return { kind, value: readPlain(fields(given, at, [['kind', 'value']]).value, `${at}.value`) };
    if (kind !== 'operation') return source(kind, given, at);
    const { operation, operands } = fields(given, at, [['kind', 'operation', 'operands']]);
    const arity = ARITY.get(operation);
    if (arity === undefined) throw refused(`${at}.operation`, 'an operation of expressions', operation);
    const places = list(operands, `${at}.operands`).map((operand, k) => index(operand, place, `${at}.operands[${k}]`));
    if (places.length !== arity) throw refused(`${at}.operands`, `${arity} places`, places.length);
    // The map has the operations for keys.
    return { kind, operation: operation as Operation, operands: places };
  });
}

function readState(kind: unknown, given: unknown, dimension: number, where: string): FunctionalSource {
  if (kind !== 'state') throw refused(`${where}.kind`, 'an instruction', kind);
  return { kind, index: index(fields(given, where, [['kind', 'index']]).index, dimension, `${where}.index`) };
}

function readPlain(value: unknown, where: string): PlainNumber {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  return finite(value, where);
}

function finite(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw refused(where, 'a finite number', value);
}

/** An integer in [0, end). */
function index(value: unknown, end: number, where: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < end) return value;
  throw refused(where, `an integer from 0 to ${end - 1}`, value);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= MOST) return Array.from(value as readonly unknown[]);
  throw refused(where, `a list of at most ${MOST}`, value);
}

function object(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw refused(where, 'an object', value);
}

/** The fields of an object, each read once: all that are required, perhaps others, and no more. */
function fields(
  value: unknown,
  where: string,
  [required, optional = []]: readonly [readonly string[], (readonly string[])?],
): Readonly<Record<string, unknown>> {
  const read: Readonly<Record<string, unknown>> = { ...object(value, where) };
  const missing = required.find((name) => !Object.hasOwn(read, name));
  if (missing !== undefined) throw refused(where, `the field '${missing}'`, 'none');
  const unknown = Object.keys(read).find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw refused(where, [...required, ...optional].join(', '), unknown);
  return read;
}

const refused = (where: string, expected: string, got: unknown): SdeError =>
  new SdeError('data', {
    what: 'not the representation of a program',
    where: `program: ${where}`,
    expected,
    got: describe(got),
    remedy: 'take what program(chain, functional) made, in this version of the toolkit, unchanged',
  });
