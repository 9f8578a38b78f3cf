import type { Chain } from 'sde-core';
import { driver, gaussian } from 'sde-core/randomness';
import { asChain } from '../chain/network-chain.js';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayers } from '../noise/noisy-layer.js';
import { correctedDrift } from './corrected-drift.js';
import type { Expansion } from './expansion.js';
import type { Process } from './process.js';

/** A process from one image, with its control variate. */
export type ControlledChain = (image: number, along: Expansion) => Chain;

/**
 * A process as chains of state (x, c): the network's step is that of `asChain`, an SDE's is a kick and the drifts after it; c gathers the control
 * variate, so that ℓ(x(T)) − c is what is to be averaged.
 */
export function controlledChain(network: ResidualNetwork, noise: Noise, process: Process): ControlledChain {
  const fine = refine(network, process.refinement);
  return process.own ? controlledNetwork(fine, noise, process) : controlledLimit(fine, noise, process);
}

/** x⁺ = x + h B(x, w) = y + k with y = x + h F̄(x). */
function controlledNetwork(network: ResidualNetwork, noise: Noise, process: Process): ControlledChain {
  const { dimension: d, h } = network;
  const fields = meanFields(network, noise);
  const layers = noisyLayers(network, noise, 'asChain(network, noise)');
  const columns = new Float64Array(d * layers[0].gates);
  const [x, y, next, kick] = Array.from({ length: 4 }, () => new Float64Array(d));
  return (image, along) => {
    const inner = asChain(network, noise, { x0: along.states.subarray(image * d, (image + 1) * d) });
    const control = controlOf(along, image, d);
    return withControl(inner, process, image, (n, state, variables, out) => {
      x.set(state.subarray(0, d));
      inner.step(n, x, variables, next);
      fields[n].moveTo(x);
      fields[n].value(y);
      for (let i = 0; i < d; i++) {
        y[i] = x[i] + h * y[i];
        kick[i] = next[i] - y[i];
      }
      layers[n].moveTo(x);
      layers[n].factor(columns);
      for (let i = 0; i < columns.length; i++) columns[i] *= h;
      out.set(next);
      out[d] = state[d] + control(n + 1, y, kick, columns);
    });
  };
}

/** x ← x + Σ_j ξ_j (C_j − correction · DF̄ C_j), then the drift by the explicit midpoint rule. */
function controlledLimit(network: ResidualNetwork, noise: Noise, process: Process): ControlledChain {
  const { dimension: d } = network;
  const fields = meanFields(network, noise);
  const layers = noisyLayers(network, noise, 'asChain(network, noise)');
  const { gates } = layers[0];
  const drift = correctedDrift(noise, d);
  const steps = stepsOf(process);
  const { refinement } = process;
  const columns = new Float64Array(d * gates);
  const [x, y, F, kick, column, bent] = Array.from({ length: 6 }, () => new Float64Array(d));
  const law = driver(Array.from({ length: gates }, () => gaussian));

  return (image, along) => {
    const control = controlOf(along, image, d);
    const from = {
      name: process.name,
      dimension: d,
      steps: steps.length,
      h: network.horizon / steps.length,
      t0: 0,
      x0: along.states.subarray(image * d, (image + 1) * d),
      driver: law,
    };
    return withControl(from, process, image, (n, state, normals, out) => {
      const { kick: move, drifts } = steps[n];
      const field = fields[move.layer * refinement];
      const layer = layers[move.layer * refinement];
      x.set(state.subarray(0, d));
      layer.moveTo(x);
      layer.factor(columns);
      if (move.correction !== 0) field.differentiateAt(x);
      kick.fill(0);
      for (let j = 0; j < gates; j++) {
        for (let i = 0; i < d; i++) column[i] = move.scale * columns[i * gates + j];
        if (move.correction !== 0) {
          field.times(column, bent);
          for (let i = 0; i < d; i++) column[i] -= move.correction * bent[i];
        }
        for (let i = 0; i < d; i++) {
          kick[i] += normals[j] * column[i];
          columns[i * gates + j] = column[i];
        }
      }
      out[d] = state[d] + control(move.time, x, kick, columns);
      for (let i = 0; i < d; i++) x[i] += kick[i];
      for (const { layer: of, duration, correction } of drifts) {
        const along = fields[of * refinement];
        drift(along, correction, x, F);
        for (let i = 0; i < d; i++) y[i] = x[i] + (duration / 2) * F[i];
        drift(along, correction, y, F);
        for (let i = 0; i < d; i++) x[i] += duration * F[i];
      }
      out.set(x);
    });
  };
}

/** A chain with one more state, which its step adds to. What stands for its numbers is what the study's checkpoint is named by. */
function withControl(inner: Omit<Chain, 'step'>, process: Process, image: number, step: Chain['step']): Chain {
  const { name, dimension, steps, h, t0, x0, driver: law } = inner;
  const content = JSON.stringify([process.name, process.refinement, process.moves.length, image]);
  return {
    name: `${name}, with its control`,
    dimension: dimension + 1,
    steps,
    h,
    t0,
    x0: Float64Array.of(...x0, 0),
    driver: law,
    content,
    step,
  };
}

type Kick = Extract<Process['moves'][number], { readonly kind: 'kick' }>;
type Drift = Extract<Process['moves'][number], { readonly kind: 'drift' }>;

/** Moves by their kicks, each with the drifts that follow it. */
function stepsOf({ moves }: Process): readonly { readonly kick: Kick; readonly drifts: readonly Drift[] }[] {
  const steps: { readonly kick: Kick; readonly drifts: Drift[] }[] = [];
  for (const move of moves) {
    if (move.kind === 'kick') steps.push({ kick: move, drifts: [] });
    else if (move.kind === 'drift') steps[steps.length - 1].drifts.push(move);
  }
  return steps;
}

/** p·k + (y − x_n)·P k + ½ (kᵀP k − Σ_j C_jᵀP C_j) for a kick of covariance Σ_j C_j C_jᵀ, columns of shape (d, gates). */
type ControlOf = (time: number, y: Float64Array, kick: Float64Array, columns: Float64Array) => number;

function controlOf({ images, states, gradients, hessians }: Expansion, image: number, d: number): ControlOf {
  const Pk = new Float64Array(d);
  return (time, y, kick, columns) => {
    const at = time * images + image;
    const gates = columns.length / d;
    let value = 0;
    let trace = 0;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const P = hessians[(at * d + i) * d + j];
        sum += P * kick[j];
        let inner = 0;
        for (let g = 0; g < gates; g++) inner += columns[i * gates + g] * columns[j * gates + g];
        trace += P * inner;
      }
      Pk[i] = sum;
    }
    for (let i = 0; i < d; i++) {
      value += gradients[at * d + i] * kick[i] + (y[i] - states[at * d + i] + kick[i] / 2) * Pk[i];
    }
    return value - trace / 2;
  };
}
