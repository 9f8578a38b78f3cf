import { SdeError } from 'sde-core';
import { affineInto } from '../network/affine-map.js';
import type { Dataset } from '../network/dataset.js';
import type { ResidualNetwork } from '../network/residual-network.js';

/**
 * The states x₀ that the read-in makes of a dataset's rows, shape (rows, d), row-major.
 *
 * @throws SdeError `shape` if the network's input is not the dataset's.
 */
export function initialStates(
  network: ResidualNetwork,
  dataset: Dataset,
  rows: ArrayLike<number>,
  where: string,
): Float64Array {
  const { readIn, dimension: d } = network;
  const { features, inputs } = dataset;
  const expected = readIn?.columns ?? d;
  if (expected !== features) {
    throw new SdeError('shape', {
      what: 'the network does not take these inputs',
      where,
      expected: `inputs of ${expected} features`,
      got: `${features} features (${dataset.name})`,
      remedy: `give the network a read-in of ${features} columns, e.g. principalComponents(dataset, ${d})`,
    });
  }
  const states = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) {
    const input = inputs.subarray(rows[i] * features, (rows[i] + 1) * features);
    const state = states.subarray(i * d, (i + 1) * d);
    if (readIn) affineInto(readIn, input, state);
    else state.set(input);
  }
  return states;
}
