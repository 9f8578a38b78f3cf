import type { Operation } from './algebra.js';
import { notNumber } from './refusals.js';
import { type Instruction, isComputed, isConstant, numberOf } from './straightline.js';

/**
 * The JavaScript of one operation on operands that are already text, each a name or a literal.
 *
 * `numbers` does the same arithmetic, so generated code and interpretation agree bit for bit. What JavaScript has no exact
 * operator for is a call of a function of that name.
 */
export function javascript(operation: Operation, operands: readonly string[]): string {
  const [x, y, z] = operands;
  switch (operation) {
    case 'negate':
      return `-${x}`;
    case 'not':
      return `${x} === 0 ? 1 : 0`;
    case 'abs':
    case 'sign':
    case 'sqrt':
      return `Math.${operation}(${x})`;
    case 'add':
      return `${x} + ${y}`;
    case 'subtract':
      return `${x} - ${y}`;
    case 'multiply':
      return `${x} * ${y}`;
    case 'divide':
      return `${x} / ${y}`;
    case 'minimum':
      return `Math.min(${x}, ${y})`;
    case 'maximum':
      return `Math.max(${x}, ${y})`;
    case 'less':
      return `${x} < ${y} ? 1 : 0`;
    case 'lessOrEqual':
      return `${x} <= ${y} ? 1 : 0`;
    case 'equal':
      return `${x} === ${y} ? 1 : 0`;
    case 'and':
      return `${x} !== 0 && ${y} !== 0 ? 1 : 0`;
    case 'or':
      return `${x} !== 0 || ${y} !== 0 ? 1 : 0`;
    case 'select':
      return `${x} !== 0 ? ${y} : ${z}`;
    default:
      return `${operation}(${operands.join(', ')})`;
  }
}

/** The operations that {@link javascript} writes as calls; generated code must be given these. */
export function isCall(operation: Operation): boolean {
  return javascript(operation, ['']).startsWith(`${operation}(`);
}

/**
 * A constant as a JavaScript operand: it reads back to the same bits.
 *
 * The only way for a value into generated code, and so the last guard of it: what is no number, whatever its type says, is refused.
 *
 * @throws SdeError `value` for anything but a number.
 */
export function literal(value: number): string {
  if (typeof value !== 'number') throw notNumber(value, 'generated code');
  return value < 0 ? `(${value})` : `${value}`;
}

/** Straight-line code as JavaScript. */
export interface Emitted {
  /** What stands outside of the function. */
  readonly head: readonly string[];
  /** The statements, in order. */
  readonly lines: readonly string[];
  /** The place of the instruction that each statement is of; −1 for one that comes before all. */
  readonly places: readonly number[];
  /** The functions of the algebra that the statements call. */
  readonly calls: ReadonlySet<Operation>;
  /** The text of a value. */
  name(place: number): string;
}

/** How a source is read: the text of its value. What has to be done before is added to `lines`; `name` is the text of an earlier value. */
export type SourceText<Source> = (source: Source, name: (place: number) => string, lines: string[]) => string;

/** A function with more local values than this may not fit on the stack: they are then kept in an array, to the same bits. Empirical. */
const MOST_LOCALS = 8192;

/**
 * One `const` an instruction.
 *
 * @param memory - Of the array that holds the values where they are too many for locals.
 */
export function emit<Source extends { readonly kind: string }>(
  instructions: readonly Instruction<Source>[],
  text: SourceText<Source>,
  memory: string = 'v',
): Emitted {
  const inMemory = instructions.length > MOST_LOCALS;
  // The function reads a name of its own: one from outside would be looked up at every use.
  const lines: string[] = inMemory ? [`const ${memory} = ${memory}Memory;`] : [];
  const places: number[] = inMemory ? [-1] : [];
  const calls = new Set<Operation>();
  const name = (place: number): string => {
    const instruction = instructions[place];
    if (isConstant(instruction)) return literal(numberOf(instruction.value));
    return inMemory ? `${memory}[${place}]` : `v${place}`;
  };
  instructions.forEach((instruction, place) => {
    if (isConstant(instruction)) return;
    let value: string;
    if (isComputed(instruction)) {
      if (isCall(instruction.operation)) calls.add(instruction.operation);
      value = javascript(instruction.operation, instruction.operands.map(name));
    } else value = text(instruction, name, lines);
    lines.push(`${inMemory ? '' : 'const '}${name(place)} = ${value};`);
    while (places.length < lines.length) places.push(place);
  });
  return {
    head: inMemory ? [`const ${memory}Memory = new Float64Array(${instructions.length});`] : [],
    lines,
    places,
    calls,
    name,
  };
}

/** The line that takes functions out of the runtime, if any are called. */
export function emitCalls(...emitted: readonly Emitted[]): readonly string[] {
  const calls = [...new Set(emitted.flatMap((code) => [...code.calls]))].sort();
  return calls.length === 0 ? [] : [`const { ${calls.join(', ')} } = runtime.numbers;`];
}
