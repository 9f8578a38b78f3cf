import { type Backend, BLOCK_SIZE } from '../execution/backend.js';
import { breaks } from '../expression/breaks.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import { print } from '../expression/print.js';
import { substitute } from '../expression/substitute.js';
import type { Chain } from '../paths/chain.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import type { Key } from '../randomness/key.js';
import { ANY, ofNode } from './known-values.js';
import { sample } from './sample.js';

/** What φ may be on branches of its formula that no path took. Plain data. */
export interface Untaken {
  /** The condition of the one that may add most. */
  readonly branch: string;
  readonly lowest: number;
  readonly highest: number;
}

/** Looks at the branches of a formula on the first `paths` paths; `mean` is that of φ on them. */
export type BranchCensus = (paths: number, mean: number) => Promise<Untaken | undefined>;

/** More branches than this are not looked at. */
const MOST_BRANCHES = 24;
/** On so many blocks every branch is looked at; those that are taken there are not looked at again. */
const FIRST_BLOCKS = 4;

/** One decision on the way to a branch: a conditional, the branch of it, and when that is taken. */
interface Turn {
  readonly conditional: Node;
  readonly to: Node;
  readonly condition: Node;
}

/**
 * Which branches of φ have been taken, counted on the paths of the estimate itself.
 *
 * A branch that no path took is taken with a probability below that of no hits, and φ is then within the bounds of that branch; where those are infinite, as far
 * from the mean as the branch is on the paths that did not take it. Where φ is continuous at the condition it is no branch but a tail. A closure has none that are seen.
 */
export function branchCensus(
  chain: Chain,
  functional: TerminalFunctional,
  run: { readonly key: Key; readonly antithetic: boolean; readonly backend: Backend; readonly signal?: AbortSignal },
): BranchCensus {
  if (!functional.trace) return async () => undefined;
  const { key, antithetic, backend, signal } = run;
  const nodes = graph();
  const state = Array.from(chain.x0, (_, i) => nodes.symbol(`x${i}`));
  const ranges = new Map(state.map((symbol, i) => [symbol, chain.ranges?.[i] ?? ANY]));
  const output = functional.trace(nodes, state);
  let open = branchesOf(nodes, output);
  let looked = 0;
  const shapeOn = async (node: Node, name: string, first: number, paths: number) => {
    const of = program(chain, onStates(node, state, name), { antithetic });
    const work = { key, first: first / BLOCK_SIZE, paths };
    return (await sample(backend, await backend.prepare(of, signal), work, { signal })).shape;
  };
  const look = async (paths: number): Promise<void> => {
    if (paths <= looked) return;
    const untaken: (readonly Turn[])[] = [];
    for (const turns of open) {
      const taken = turns.reduce((all, { condition }) => nodes.and(all, condition), nodes.constant(1));
      const hits = await shapeOn(nodes.select(taken, nodes.constant(1), nodes.constant(0)), 'branch', looked, paths);
      if (!(hits && hits.most > 0)) untaken.push(turns);
    }
    open = untaken;
    looked = paths;
  };
  return async (paths, mean) => {
    await look(Math.min(paths, FIRST_BLOCKS * BLOCK_SIZE));
    const jumps = new Map<Node, boolean>();
    open = open.filter((turns) => {
      const { conditional } = turns[turns.length - 1];
      const jump = jumps.get(conditional) ?? isJump(nodes, conditional);
      jumps.set(conditional, jump);
      return jump;
    });
    await look(paths);
    let [lowest, highest, branch] = [mean, mean, ''];
    for (const turns of open) {
      // From the outermost: an inner conditional is found again in what the outer one became.
      const forced = turns.reduce(
        (node, { conditional, to }) => substitute(nodes, [node], new Map([[conditional, to]]))[0],
        output,
      );
      let known: { readonly lowest: number; readonly highest: number } = ofNode(forced, ranges);
      if (!Number.isFinite(known.highest - known.lowest)) {
        const shape = await shapeOn(forced, 'untaken', 0, Math.min(paths, BLOCK_SIZE));
        const reach = shape ? Math.max(shape.most - mean, mean - shape.least) : Number.POSITIVE_INFINITY;
        known = { lowest: mean - reach, highest: mean + reach };
      }
      const farther = Math.max(known.highest - mean, mean - known.lowest) > Math.max(highest - mean, mean - lowest);
      if (farther || branch === '') branch = turns.map(({ condition }) => print(condition)).join(' and ');
      lowest = Math.min(lowest, known.lowest);
      highest = Math.max(highest, known.highest);
    }
    return open.length === 0 ? undefined : { branch: named(branch, chain), lowest, highest };
  };
}

/** A condition under the names of the chain's states, not those of this trace. */
const named = (text: string, { stateNames }: Chain): string =>
  text.replace(/\bx(\d+)\b/g, (symbol, i) => stateNames?.[Number(i)] ?? symbol);

/** All ways through the conditionals of a node, to each branch by the first way that reaches it. */
function branchesOf(nodes: Graph, output: Node): readonly (readonly Turn[])[] {
  const [zero, one] = [nodes.constant(0), nodes.constant(1)];
  const found: (readonly Turn[])[] = [];
  const seen = new Set<Node>();
  // Depth first, the first operand first, without recursion: a sum of n terms is n deep.
  const ahead: { readonly node: Node; readonly turns: readonly Turn[] }[] = [{ node: output, turns: [] }];
  for (let next = ahead.pop(); next && found.length < MOST_BRANCHES; next = ahead.pop()) {
    const { node, turns } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    const turn = (to: Node, condition: Node): readonly Turn[] => [...turns, { conditional: node, to, condition }];
    const [x, whenTrue, whenFalse] = node.operands;
    switch (node.operation) {
      case 'select': {
        const [onTrue, onFalse] = [turn(whenTrue, x), turn(whenFalse, nodes.not(x))];
        found.push(onTrue, onFalse);
        ahead.push({ node: whenFalse, turns: onFalse }, { node: whenTrue, turns: onTrue });
        break;
      }
      case 'sign':
        found.push(turn(one, nodes.less(zero, x)), turn(nodes.constant(-1), nodes.less(x, zero)));
        break;
      case 'less':
      case 'lessOrEqual':
      case 'equal':
      case 'and':
      case 'or':
      case 'not':
        found.push(turn(one, node), turn(zero, nodes.not(node)));
        break;
      default:
        ahead.push(...[...node.operands].reverse().map((operand) => ({ node: operand, turns })));
    }
  }
  return found;
}

/** Whether a conditional jumps, or cannot be shown not to. */
function isJump(nodes: Graph, conditional: Node): boolean {
  const found = breaks(nodes, [conditional]);
  return found.length === 0 || found.some(({ kind }) => kind === 'jump');
}

/** A node of the symbols of a state as a functional. */
function onStates(node: Node, state: readonly Node[], name: string): TerminalFunctional {
  const order = operandsFirst([node]);
  return {
    name,
    value: (x) => {
      const values = new Map<Node, number>(state.map((symbol, i) => [symbol, x[i]]));
      for (const part of order) {
        if (part.operation === 'constant') values.set(part, part.value);
        else if (part.operation !== 'symbol') {
          // As many operands as the operation takes.
          const compute = numbers[part.operation] as (...operands: number[]) => number;
          values.set(part, compute(...part.operands.map((operand) => values.get(operand) ?? Number.NaN)));
        }
      }
      return values.get(node) ?? Number.NaN;
    },
    trace: (target, states) => substitute(target, [node], new Map(state.map((symbol, i) => [symbol, states[i]])))[0],
  };
}
