import { isCall, javascript, literal } from '../expression/emit.js';
import type { Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import type { Model } from '../models/model.js';
import type { ModelCall } from './opaque-coefficients.js';
import type { TimeGrid } from './time-grid.js';
import type { TracedStep } from './trace.js';

/** Lines of JavaScript, and the functions of the algebra that they call. */
export interface Emitted {
  readonly lines: readonly string[];
  readonly calls: ReadonlySet<string>;
}

/** What code generated here is handed when it is built. */
export interface KernelRuntime {
  readonly numbers: typeof numbers;
  /** For steps that call closures of a model. */
  readonly model?: Model;
}

/** How generated code reads and stores: X_n, its noise, and component i of X_(n+1), by which time all of X_n has been read. */
export interface StepText {
  readonly state: (i: number) => string;
  readonly noise: (j: number) => string;
  readonly assign: (i: number, value: string) => string;
}

/** The statements of one step; `n` is the step. One `const` a node: every shared subexpression is computed once. */
export function emitStep(step: TracedStep, grid: TimeGrid, text: StepText): Emitted {
  const places = new Map<Node, string>([
    [step.time, grid.boundaries ? 'boundaries[n]' : `${literal(grid.t0)} + n * ${literal(grid.h)}`],
    [step.before, 'before[n]'],
    ...step.state.map((symbol, i): [Node, string] => [symbol, text.state(i)]),
    ...step.noise.map((symbol, j): [Node, string] => [symbol, text.noise(j)]),
  ]);
  const { lines, calls, name } = emitNodes(step.next, places, step.calls);
  return { lines: [...lines, ...step.next.map((node, i) => text.assign(i, name(node)))], calls };
}

/** A function with more local values than this may not fit on the stack: they are then kept in an array, to the same bits. Empirical. */
const MOST_LOCALS = 8192;

/** The statements that compute nodes, and the text of each node's value. */
export function emitNodes(
  outputs: readonly Node[],
  places: ReadonlyMap<Node, string>,
  modelCalls: readonly ModelCall[] = [],
): Emitted & { name(node: Node): string } {
  const names = new Map<Node, string>();
  const lines: string[] = [];
  const calls = new Set<string>();
  const name = (node: Node): string => names.get(node) ?? 'NaN';
  const owner = new Map(
    modelCalls.flatMap((call) => call.results.map((node, index): [Node, [ModelCall, number]] => [node, [call, index]])),
  );
  const made = new Set<ModelCall>();
  const symbolText = (symbol: Node): string => {
    const [call, index] = owner.get(symbol) ?? [];
    if (!call) return places.get(symbol) ?? 'NaN';
    const { coefficient, t, x } = call;
    if (!made.has(call)) {
      made.add(call);
      lines.push(
        ...x.map((node, i) => `at[${i}] = ${name(node)};`),
        `model.${coefficient}(${name(t)}, at, ${coefficient});`,
      );
    }
    return `${coefficient}[${index}]`;
  };
  // Results of a call have consecutive ids, all after its arguments': its buffer is read before the next call writes it.
  const needed = [...outputs, ...modelCalls.flatMap(({ t, x }) => [t, ...x])];
  const ordered = operandsFirst(needed);
  const inMemory = ordered.length > MOST_LOCALS;
  if (inMemory) lines.push(`const v = new Float64Array(${ordered.length});`);
  for (const node of ordered) {
    if (node.operation === 'constant') {
      names.set(node, literal(node.value));
      continue;
    }
    const local = inMemory ? `v[${names.size}]` : `v${names.size}`;
    const declared = inMemory ? local : `const ${local}`;
    if (node.operation === 'symbol') {
      const read = symbolText(node);
      lines.push(`${declared} = ${read};`);
    } else {
      if (isCall(node.operation)) calls.add(node.operation);
      lines.push(`${declared} = ${javascript(node.operation, node.operands.map(name))};`);
    }
    names.set(node, local);
  }
  return { lines, calls, name };
}

/** The tables of times that a step on a grid with breakpoints reads, and the buffers of the calls that it makes. */
export function emitTables(step: TracedStep, grid: TimeGrid): readonly string[] {
  const tables: string[] = [];
  if (grid.boundaries) {
    const before = Array.from({ length: grid.steps }, (_, n) => grid.before(n));
    tables.push(`const boundaries = [${Array.from(grid.boundaries).join(', ')}];`);
    tables.push(`const before = [${before.join(', ')}];`);
  }
  if (step.calls.length > 0) {
    tables.push('const { model } = runtime;', `const at = new Float64Array(${step.state.length});`);
    const sizes = new Map(step.calls.map(({ coefficient, results }) => [coefficient, results.length]));
    for (const [coefficient, size] of sizes) tables.push(`const ${coefficient} = new Float64Array(${size});`);
  }
  return tables;
}

/** The line that takes functions out of the runtime, if any are called. */
export function emitCalls(...emitted: readonly Emitted[]): readonly string[] {
  const calls = [...new Set(emitted.flatMap((code) => [...code.calls]))].sort();
  return calls.length === 0 ? [] : [`const { ${calls.join(', ')} } = runtime.numbers;`];
}

/** Builds generated code: `source` ends by returning what it makes. */
export function build(source: string, model?: Model): unknown {
  const runtime: KernelRuntime = { numbers, ...(model && { model }) };
  return new Function('runtime', `"use strict";\n${source}`)(runtime);
}
