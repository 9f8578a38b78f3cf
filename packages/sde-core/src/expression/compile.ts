import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Emitted, emit, emitCalls } from './emit.js';
import { generated } from './generated.js';
import type { Node } from './graph.js';
import { type Interpreter, interpreter } from './interpret.js';
import { requireNode, requireNodes, requireSymbols } from './node.js';
import { type Instruction, isComputed, straightline } from './straightline.js';

/** What the arguments of compiled code stand for. */
export interface Arguments {
  /** The symbol that is `t`, if any is. */
  readonly time?: Node;
  /** The symbols that are x[0], x[1], … */
  readonly state: readonly Node[];
}

/** What the arguments of code for many states stand for. */
export interface ColumnArguments extends Arguments {
  /** The symbols that are the same for all states: shared[0], shared[1], … */
  readonly shared?: readonly Node[];
}

/** Writes values at a time and state into `out`. */
export type VectorFunction = (t: number, x: ArrayLike<number>, out: Float64Array) => void;
/** A value at a time and state. */
export type ScalarFunction = (t: number, x: ArrayLike<number>) => number;
/** Values at one time and many states, by columns: state p is x[0][p], x[1][p], …, and its values go to out[0][p], out[1][p], … */
export type ColumnFunction = (
  t: number,
  x: readonly Float64Array[],
  out: readonly Float64Array[],
  shared?: ArrayLike<number>,
) => boolean;
/** Adds the sum over all states of output j to out[j], state after state. */
export type ColumnSums = (t: number, x: readonly Float64Array[], out: Float64Array, shared?: ArrayLike<number>) => void;

/**
 * One JavaScript function that computes all outputs, each shared subexpression once.
 *
 * It agrees with {@link evaluate} bit for bit. All of x is read before `out` is written, so the two may be one array.
 *
 * @throws SdeError `unknown-symbol` if an output depends on a symbol that is not an argument.
 */
export function compileVector(outputs: readonly Node[], given: Arguments): VectorFunction {
  const where = 'compileVector(outputs, given)';
  requireNodes(outputs, where);
  const { instructions, at } = straightline(outputs, reader(given, where));
  const places = outputs.map(at);
  return generated<VectorFunction>(
    () => {
      const code = emit(instructions, argumentText);
      return asFunction('t, x, out', code, [
        ...code.lines,
        ...places.map((place, index) => `out[${index}] = ${code.name(place)};`),
      ]);
    },
    () => {
      const { registers, at } = interpreted(instructions);
      return (t, x, out) => {
        at(t, x);
        for (let index = 0; index < places.length; index++) out[index] = registers[places[index]];
      };
    },
  );
}

/**
 * The same for one output, returned.
 *
 * @throws SdeError `unknown-symbol` if it depends on a symbol that is not an argument.
 */
export function compileScalar(output: Node, given: Arguments): ScalarFunction {
  const where = 'compileScalar(output, given)';
  requireNode(output, where);
  const { instructions, at } = straightline([output], reader(given, where));
  const place = at(output);
  return generated<ScalarFunction>(
    () => {
      const code = emit(instructions, argumentText);
      return asFunction('t, x', code, [...code.lines, `return ${code.name(place)};`]);
    },
    () => {
      const { registers, at } = interpreted(instructions);
      return (t, x) => {
        at(t, x);
        return registers[place];
      };
    },
  );
}

/**
 * The same for many states at once; what depends on no state is computed once. Returns whether any number in `out` changed.
 *
 * @throws SdeError `value` if there is no output, `unknown-symbol` if one depends on a symbol that is not an argument.
 */
export function compileColumns(outputs: readonly Node[], given: ColumnArguments): ColumnFunction {
  const { places, emitted, run } = overColumns(outputs, given, 'compileColumns(outputs, given)');
  return generated<ColumnFunction>(
    () => {
      const { code, head, inside } = emitted();
      return asFunction('t, x, out, shared', code, [
        ...places.map((_, index) => `const out${index} = out[${index}];`),
        ...head,
        'let changed = false;',
        'for (let p = 0; p < out0.length; p++) {',
        ...inside,
        ...places.map((place, index) => {
          const value = code.name(place);
          return `if (out${index}[p] !== ${value}) { out${index}[p] = ${value}; changed = true; }`;
        }),
        '}',
        'return changed;',
      ]);
    },
    () => {
      const { registers, before, at } = run();
      return (t, x, out, shared) => {
        before(t, x, shared);
        let changed = false;
        for (let p = 0; p < out[0].length; p++) {
          at(p);
          for (let index = 0; index < places.length; index++) {
            const value = registers[places[index]];
            if (out[index][p] === value) continue;
            out[index][p] = value;
            changed = true;
          }
        }
        return changed;
      };
    },
  );
}

/**
 * The sums of all outputs over the states. `weights`, some of the state's symbols, tell where there is nothing to add: a state at which all of
 * them are 0 is passed over, even where an output would not be finite. Default none: every state counts.
 *
 * @throws SdeError `value` if there is no output or no state, or a weight is none of the state's symbols; `unknown-symbol` if an output depends on a symbol that is
 * not an argument.
 */
export function compileColumnSums(
  outputs: readonly Node[],
  given: ColumnArguments,
  weights: readonly Node[] = [],
): ColumnSums {
  const where = 'compileColumnSums(outputs, given, weights)';
  const { places, emitted, run } = overColumns(outputs, given, where);
  if (given.state.length === 0) throw nothing(where, 'there is no column to sum over', 'at least one symbol in state');
  requireNodes(weights, where);
  if (weights.some((symbol) => !given.state.includes(symbol)))
    throw nothing(where, 'a weight that is no symbol of the state', 'some of the symbols in state');
  const watched = weights.map((symbol) => given.state.indexOf(symbol));
  return generated<ColumnSums>(
    () => {
      const { code, head, inside } = emitted();
      const resting = watched.map((column) => `x${column}[p] === 0`).join(' && ');
      return asFunction('t, x, out, shared', code, [
        ...head,
        ...places.map((_, index) => `let sum${index} = 0;`),
        'for (let p = 0; p < x0.length; p++) {',
        ...(watched.length > 0 ? [`if (${resting}) continue;`] : []),
        ...inside,
        ...places.map((place, index) => `sum${index} += ${code.name(place)};`),
        '}',
        ...places.map((_, index) => `out[${index}] += sum${index};`),
      ]);
    },
    () => {
      const { registers, before, at } = run();
      const sums = new Float64Array(places.length);
      return (t, x, out, shared) => {
        before(t, x, shared);
        sums.fill(0);
        for (let p = 0; p < x[0].length; p++) {
          if (watched.length > 0 && watched.every((column) => x[column][p] === 0)) continue;
          at(p);
          for (let index = 0; index < places.length; index++) sums[index] += registers[places[index]];
        }
        for (let index = 0; index < places.length; index++) out[index] += sums[index];
      };
    },
  );
}

/** A loop over states: code that runs once before it, which depends on no state, and code for each, at state p. */
interface OverColumns {
  /** Of the outputs. */
  readonly places: readonly number[];
  emitted(): { readonly code: Emitted; readonly head: readonly string[]; readonly inside: readonly string[] };
  run(): {
    readonly registers: Float64Array;
    before(t: number, x: readonly Float64Array[], shared?: ArrayLike<number>): void;
    at(p: number): void;
  };
}

function overColumns(outputs: readonly Node[], given: ColumnArguments, where: string): OverColumns {
  requireNodes(outputs, where);
  const scalar = reader(given, where);
  if (outputs.length === 0) throw nothing(where, 'there is nothing to compute', 'at least one output');
  const columns = new Map(given.state.map((symbol, index) => [symbol, index]));
  const sharing = new Map((given.shared ?? []).map((symbol, index) => [symbol, index]));
  const { instructions, at } = straightline(outputs, (symbol): Argument => {
    const shared = columns.has(symbol) ? undefined : sharing.get(symbol);
    return shared === undefined ? scalar(symbol) : { kind: 'shared', index: shared };
  });
  const moving: boolean[] = [];
  for (const instruction of instructions)
    moving.push(
      isComputed(instruction) ? instruction.operands.some((place) => moving[place]) : instruction.kind === 'state',
    );
  return {
    places: outputs.map(at),
    emitted() {
      const code = emit(instructions, (source) =>
        source.kind === 'state' ? `x${source.index}[p]` : argumentText(source),
      );
      const lines = (moves: boolean): string[] =>
        code.lines.filter((_, index) => (moving[code.places[index]] ?? false) === moves);
      return {
        code,
        head: [...given.state.map((_, index) => `const x${index} = x[${index}];`), ...lines(false)],
        inside: lines(true),
      };
    },
    run() {
      let [time, place] = [0, 0];
      let states: readonly Float64Array[] = [];
      let common: ArrayLike<number> = [];
      const { registers, compute } = interpreter(instructions, (source): (() => number) => {
        if (source.kind === 'time') return () => time;
        const { kind, index } = source;
        return kind === 'state' ? () => states[index][place] : () => common[index];
      });
      const [still, moved] = [false, true].map((moves) => compute.filter((_, index) => moving[index] === moves));
      return {
        registers,
        before(t, x, shared = []) {
          [time, states, common] = [t, x, shared];
          for (const instruction of still) instruction();
        },
        at(p) {
          place = p;
          for (const instruction of moved) instruction();
        },
      };
    },
  };
}

/** Where the value of a symbol comes from: the time, an entry of the state, or a number that all states share. */
type Argument = { readonly kind: 'time' } | { readonly kind: 'state' | 'shared'; readonly index: number };

const argumentText = (source: Argument): string =>
  source.kind === 'time' ? 't' : `${source.kind === 'state' ? 'x' : 'shared'}[${source.index}]`;

const asFunction = (parameters: string, code: Emitted, body: readonly string[]): string =>
  [...emitCalls(code), ...code.head, `return (${parameters}) => {`, ...body, '};'].join('\n');

/** Instructions to interpret at a time and state. */
function interpreted(
  instructions: readonly Instruction<Argument>[],
): Pick<Interpreter, 'registers'> & { at(t: number, x: ArrayLike<number>): void } {
  let time = 0;
  let state: ArrayLike<number> = [];
  const { registers, run } = interpreter(instructions, (source): (() => number) => {
    if (source.kind === 'time') return () => time;
    const { index } = source;
    return () => state[index];
  });
  return {
    registers,
    at(t, x) {
      [time, state] = [t, x];
      run();
    },
  };
}

function reader(given: ColumnArguments, where: string): (symbol: Node) => Argument {
  requireKeys<ColumnArguments>(given ?? null, { time: true, state: true, shared: true }, where);
  requireSymbols(given.state, `${where}: state`);
  requireSymbols(given.shared ?? [], `${where}: shared`);
  if (given.time !== undefined) requireSymbols([given.time], `${where}: time`);
  const places = new Map<Node, Argument>(given.state.map((symbol, index) => [symbol, { kind: 'state', index }]));
  if (given.time) places.set(given.time, { kind: 'time' });
  return (symbol) => {
    const place = places.get(symbol);
    if (place === undefined) throw notAnArgument(symbol, given, where);
    return place;
  };
}

const notAnArgument = (symbol: Node, { time, state, shared = [] }: ColumnArguments, where: string): SdeError =>
  new SdeError('unknown-symbol', {
    what: `the symbol '${symbol.name}' is not an argument of the compiled function`,
    where,
    expected: `${[...state, ...shared, ...(time ? [time] : [])].map(({ name }) => name).join(', ') || 'no symbol'}`,
    got: describe(symbol.name),
    remedy: 'name it in state, shared or time, or replace it by a value with substitute',
  });

const nothing = (where: string, what: string, expected: string): SdeError =>
  new SdeError('value', { what, where, expected, got: 'none', remedy: 'give what is to be computed, and of what' });
