import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayers } from '../noise/noisy-layer.js';
import { correctedDrift } from './corrected-drift.js';
import type { Ensemble } from './ensemble.js';

/** The reference: one path after the other in f64, by the code that defines the noises. */
export function hostEnsemble(network: ResidualNetwork, noise: Noise): Ensemble {
  const { dimension: d } = network;
  const fields = meanFields(network, noise);
  const layers = noisyLayers(network, noise, 'hostEnsemble(network, noise)');
  const { gates } = layers[0];
  const drift = correctedDrift(noise, d);
  const [x, y, F, kick, column, bent] = Array.from({ length: 6 }, () => new Float64Array(d));
  const factor = new Float64Array(d * gates);
  const scaled = new Float64Array(gates);

  return {
    precision: 'f64',
    rows: 256,
    close: () => {},
    async run(process, { expansion, images: units, draws, weights }) {
      const { images, states, gradients, hessians } = expansion;
      const rows = units.length * draws;
      const ends = new Float64Array(rows * d);
      const controls = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const image = units[Math.floor(row / draws)];
        x.set(states.subarray(image * d, (image + 1) * d));
        let control = 0;
        let kicks = 0;
        for (const move of process.moves) {
          if (move.kind === 'drift') {
            const field = fields[move.layer];
            drift(field, move.correction, x, F);
            for (let i = 0; i < d; i++) y[i] = x[i] + (move.duration / 2) * F[i];
            drift(field, move.correction, y, F);
            for (let i = 0; i < d; i++) x[i] += move.duration * F[i];
            continue;
          }
          // Σ_j w_j C_j by the columns √v C_j of Σ^{1/2}.
          const deviation = Math.sqrt(noise.variance) || 1;
          const from = (kicks++ * rows + row) * gates;
          for (let j = 0; j < gates; j++) scaled[j] = weights[from + j] / deviation;
          layers[move.layer].moveTo(x);
          layers[move.layer].factor(factor);
          y.set(x);
          if (move.kind === 'layer') {
            fields[move.layer].moveTo(x);
            fields[move.layer].value(F);
            for (let i = 0; i < d; i++) y[i] += move.duration * F[i];
          }
          const at = move.time * images + image;
          const P = hessians.subarray(at * d * d, (at + 1) * d * d);
          const bilinear = (a: Float64Array, b: Float64Array): number => {
            let sum = 0;
            for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += a[i] * P[i * d + j] * b[j];
            return sum;
          };
          const correction = move.kind === 'kick' ? move.correction : 0;
          if (correction !== 0) fields[move.layer].differentiateAt(x);
          kick.fill(0);
          let trace = 0;
          for (let j = 0; j < gates; j++) {
            for (let i = 0; i < d; i++) column[i] = move.scale * factor[i * gates + j];
            if (correction !== 0) {
              fields[move.layer].times(column, bent);
              for (let i = 0; i < d; i++) column[i] -= correction * bent[i];
            }
            for (let i = 0; i < d; i++) kick[i] += scaled[j] * column[i];
            trace += bilinear(column, column);
          }
          for (let i = 0; i < d; i++) {
            control += gradients[at * d + i] * kick[i];
            column[i] = y[i] - states[at * d + i] + kick[i] / 2;
            x[i] = y[i] + kick[i];
          }
          control += bilinear(column, kick) - trace / 2;
        }
        ends.set(x, row * d);
        controls[row] = control;
      }
      return { ends, controls };
    },
  };
}
