import { numbers } from './numbers.js';
import { type Computed, type Instruction, isComputed, isConstant, numberOf } from './straightline.js';

/** Straight-line code that is interpreted: values in registers, one for each instruction. */
export interface Interpreter {
  /** Shape (instructions). Constants are there from the start. */
  readonly registers: Float64Array;
  /** Computes one instruction's value, by its place. */
  readonly compute: readonly (() => void)[];
  /** Computes all, in order. */
  run(): void;
}

/** How a source is read, when its turn comes; earlier values are in the registers. */
export type SourceReader<Source> = (source: Source, registers: Float64Array) => () => number;

/** The interpreter of instructions: the arithmetic of `numbers`, as generated code does it. */
export function interpreter<Source extends { readonly kind: string }>(
  instructions: readonly Instruction<Source>[],
  reader: SourceReader<Source>,
): Interpreter {
  const registers = new Float64Array(instructions.length);
  const compute = instructions.map((instruction, place): (() => void) => {
    if (isConstant(instruction)) {
      registers[place] = numberOf(instruction.value);
      return () => {};
    }
    if (isComputed(instruction)) return operation(instruction, registers, place);
    const read = reader(instruction, registers);
    return () => {
      registers[place] = read();
    };
  });
  const work = compute.filter((_, place) => !isConstant(instructions[place]));
  return {
    registers,
    compute,
    run() {
      for (const instruction of work) instruction();
    },
  };
}

function operation({ operation, operands }: Computed, registers: Float64Array, place: number): () => void {
  const [x, y, z] = operands;
  // An operation takes as many operands as the instruction has: the graph and the check of a program see to that.
  const compute = numbers[operation] as (...values: number[]) => number;
  switch (operands.length) {
    case 1:
      return () => {
        registers[place] = compute(registers[x]);
      };
    case 2:
      return () => {
        registers[place] = compute(registers[x], registers[y]);
      };
    default:
      return () => {
        registers[place] = compute(registers[x], registers[y], registers[z]);
      };
  }
}
