import type { Expression, Graph, Node, SymbolicModel, Warning } from 'sde-core';
import { breaks, substitute, symbolsOf } from 'sde-core/expression';
import { nodeValues, type StateInput } from '../backward/node-values.js';
import { type RoughnessKind, roughnessOf, roughnessWarnings } from '../backward/smoothness.js';
import type { Grid } from '../grid/grid.js';
import { scalarFunction } from '../operators/scalar-function.js';
import type { ControlClass, ControlProblem } from './control-problem.js';

/** Where what a control problem is made of jumps: coefficients, rates and terminal values that name a parameter are not averaged; closures are looked at. */
export function controlWarnings(problem: ControlProblem, grid: Grid, where: string): Warning<RoughnessKind>[] {
  const { model, parameters, constants = [], running = 0, killing = 0, T } = problem;
  const ofText = (text: string | number): number =>
    typeof text === 'number' ? 0 : jumpsOfFormula(scalarFunction(text, model, where).formula);
  const jumping = (what: string, count: number): Warning<RoughnessKind>[] => {
    if (count === 0) return [];
    const message = `the ${what} jump${count === 1 ? '' : ` in ${count} places`} and enter as they are at the nodes, which makes an error of first order: put each midway between two nodes with alignAxis({ midpoints }), or smooth it`;
    return [{ kind: 'jump-between-nodes', message, count }];
  };
  const names = [...parameters, ...constants];
  const classes: readonly ControlClass[] = problem.classes ?? [problem];
  const ofTerminal = (terminal: StateInput): Warning<RoughnessKind>[] => {
    if (typeof terminal === 'function' || (typeof terminal === 'object' && 'shape' in terminal))
      return roughnessWarnings(roughnessOf(terminal, nodeValues(terminal, { grid, model, t: T }, where), grid));
    if (typeof terminal !== 'string' && !(typeof terminal === 'object' && 'dependsOn' in terminal)) return [];
    const { formula } = scalarFunction(terminal, model, where);
    // Without a parameter that is chosen it is averaged.
    return names.some((name) => formula?.dependsOn(name)) ? jumping('terminal values', jumpsOfFormula(formula)) : [];
  };
  return [
    ...jumping('coefficients of the model', jumpsOfModel(model, names)),
    ...jumping('values of the running cost', ofText(running)),
    ...jumping('killing rates', ofText(killing)),
    ...classes.flatMap(({ terminal }) => ofTerminal(terminal)),
  ];
}

/** How many jumps in space formulas have, wherever parameters put them. */
function jumpsIn(graph: Graph, nodes: readonly Node[], state: readonly Node[]): number {
  const inSpace = (locus: Node): boolean => symbolsOf(locus).some((symbol) => state.includes(symbol));
  return breaks(graph, nodes).filter(({ kind, locus }) => kind === 'jump' && inSpace(locus)).length;
}

function jumpsOfFormula(formula: Expression | undefined): number {
  if (!formula) return 0;
  const { graph, node, state } = formula;
  return jumpsIn(
    graph,
    [node],
    state.map((name) => graph.symbol(name)),
  );
}

/** A parameter that is chosen may be anything, one that is not is its value. */
function jumpsOfModel(model: SymbolicModel, chosen: readonly string[]): number {
  const { graph, stateNodes, parameterNodes, parameters } = model;
  const values = Object.entries(parameters);
  const known = parameterNodes.flatMap((symbol, i): [Node, Node][] =>
    chosen.includes(values[i][0]) ? [] : [[symbol, graph.constant(values[i][1])]],
  );
  const nodes = [...model.driftNodes, ...model.diffusionNodes];
  return jumpsIn(graph, known.length > 0 ? substitute(graph, nodes, new Map(known)) : nodes, stateNodes);
}
