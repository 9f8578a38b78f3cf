import type { Warning } from '../errors/warning.js';
import { graph, type Node } from '../expression/graph.js';
import { operandsFirst } from '../expression/order.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';

/**
 * What bridges of continuous monitoring take for granted. `joint-bridges`: several in one functional, independent of each other within a step;
 * `bridge-not-gaussian`: between states whose increments are not Gaussian.
 */
export type BridgeWarning = Warning<'joint-bridges' | 'bridge-not-gaussian'>;

const DISCRETE: readonly string[] = ['two-point', 'three-point', 'bernoulli'];

/** What there is to say of a functional of states that look between the steps; nothing for others. */
export function bridgeWarnings(chain: Chain, functional: TerminalFunctional): readonly BridgeWarning[] {
  const { bridged, diffusion, driver } = chain;
  if (!bridged) return [];
  const uses = usedTogether(chain, functional);
  const joint = uses.find(({ length }) => length > 1);
  const found: BridgeWarning[] = [];
  if (joint) {
    const message = `The functional combines ${joint.join(' and ')}, and within a step each follows a Brownian bridge of its own, independent of the others: each alone is right in law, together they are of order ½ in h where the same steps decide them. Take smaller steps and compare, or observe one function in place of these.`;
    found.push({ kind: 'joint-bridges', observations: joint, message });
  }
  const m = diffusion?.at(chain.t0, chain.x0).length ?? 0;
  const increments = driver.laws.slice(0, m).find(({ kind }) => DISCRETE.includes(kind));
  if (increments && uses.some(({ length }) => length > 0)) {
    const message = `Between the steps the path is taken for a Brownian bridge, which ${increments.kind} increments do not have: the order of continuous monitoring is not that with Gaussian ones. Take eulerMaruyama with its Gaussian increments, or { monitoring: 'discrete' }.`;
    found.push({ kind: 'bridge-not-gaussian', increments: increments.kind, message });
  }
  return found;
}

/** The observations that each summand of a functional rests on: a sum of what is right in law is right in law. All of them for a closure. */
function usedTogether({ bridged = {}, stateNames, x0 }: Chain, { trace }: TerminalFunctional): readonly string[][] {
  if (!trace) return [[...new Set(Object.values(bridged).flat())]];
  const nodes = graph();
  const state = Array.from(x0, (_, i) => nodes.symbol(`x${i}`));
  const behind = new Map(state.map((symbol, i) => [symbol, bridged[stateNames?.[i] ?? ''] ?? []]));
  return summands(trace(nodes, state)).map((part) => [
    ...new Set(operandsFirst([part]).flatMap((node) => behind.get(node) ?? [])),
  ]);
}

function summands(node: Node): readonly Node[] {
  const { operation, operands } = node;
  if (operation === 'add' || operation === 'subtract' || operation === 'negate') return operands.flatMap(summands);
  const factor = operation === 'multiply' ? operands.find((operand) => operand.operation !== 'constant') : undefined;
  const scaled = factor !== undefined && operands.some((operand) => operand.operation === 'constant');
  return scaled ? summands(factor) : [node];
}
