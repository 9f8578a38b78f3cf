import { type BlockSummary, inline, type Key, type Program, type TerminalFunctional } from 'sde-core';
import { BLOCK_SIZE, program } from 'sde-core/execution';
import type { Loss } from '../network/loss.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { UNIT_DRAWS } from './allocation.js';
import { type ControlledChain, controlledChain } from './controlled-chain.js';
import type { Drawn, Ensemble } from './ensemble.js';
import type { Process } from './process.js';
import { PATHS } from './weights.js';

/** The reference: chains in f64, on the engine, an image at a time. */
export function chainEnsemble(network: ResidualNetwork, noise: Noise): Ensemble {
  const { dimension: d } = network;
  const engine = inline();
  const chains = new WeakMap<Process, ControlledChain>();
  const chainsOf = (process: Process): ControlledChain => {
    const known = chains.get(process) ?? controlledChain(network, noise, process);
    chains.set(process, known);
    return known;
  };

  const values = async (made: Program, paths: PathRange, key: Key, signal?: AbortSignal): Promise<BlockSummary[]> => {
    const { first, count } = paths;
    const blocks = { first: first / BLOCK_SIZE, count: Math.ceil(count / BLOCK_SIZE), paths: first + count };
    const summaries: BlockSummary[] = [];
    const prepared = await engine.prepare({ ...made, keepsValues: true }, signal);
    for await (const summary of engine.run(prepared, { blocks, key }, signal)) summaries.push(summary);
    return summaries.sort((a, b) => a.block - b.block);
  };

  return {
    precision: 'f64',
    async quiet(process, { judged, along }) {
      // The expansion went this very way.
      if (process.own) return along.losses;
      return Float64Array.from(judged.states, (_, image) => {
        const { steps, step, x0, driver } = chainsOf(process)(image, along);
        const silence = new Float64Array(driver.size);
        let [x, next] = [Float64Array.from(x0), new Float64Array(x0.length)];
        for (let n = 0; n < steps; n++) {
          step(n, x, silence, next);
          [x, next] = [next, x];
        }
        return judged.loss(image).value(x.subarray(0, d));
      });
    },
    async *sample(process, { judged, along, units, stream }, signal) {
      const draws = new Map<number, number>();
      for (const { image } of units) draws.set(image, (draws.get(image) ?? 0) + UNIT_DRAWS);
      const { together } = process;
      for (const [image, count] of draws) {
        const chain = chainsOf(process)(image, along);
        const made = program(chain, [lossOf(judged.loss(image), d), control(d)], { antithetic: together > 1 });
        const paths = { first: (image * PATHS) / together, count: count / together };
        const blocks = await values(made, paths, stream, signal);
        yield blocks.map(({ values: [losses, controls] = [[], []] }): Drawn => ({ image, losses, controls }));
      }
    },
    close() {},
  };
}

/** Paths [first, first + count). */
interface PathRange {
  readonly first: number;
  readonly count: number;
}

const lossOf = (loss: Loss, d: number): TerminalFunctional => ({
  name: loss.name,
  value: (x) => loss.value(x.subarray(0, d)),
});

const control = (d: number): TerminalFunctional => ({ name: 'control', value: (x) => x[d] });
