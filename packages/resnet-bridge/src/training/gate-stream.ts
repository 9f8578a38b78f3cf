import type { Key } from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import type { Noise } from '../noise/noise.js';

/** Writes a path's gates for all its layers at `out[at]`, …: the gates of layer n begin `stride` entries after those of layer n − 1. */
export type GateStream = (path: number, out: Float32Array | Float64Array, at: number, stride: number) => void;

/**
 * The gates of a noise under a key, drawn on the host: a pure function of key, path, layer and gate, so that neither
 * batches nor devices nor threads change a coin.
 */
export function gateStream(noise: Noise, gates: number, depth: number, stream: Key): GateStream {
  const each = noise.laws.length;
  const source = noiseSource(Array.from({ length: gates }, () => noise.laws).flat(), stream);
  const variables = new Float64Array(gates * each);
  return (path, out, at, stride) => {
    for (let n = 0; n < depth; n++) {
      source(path, n, variables);
      for (let j = 0; j < gates; j++) out[at + n * stride + j] = noise.gate(variables, j * each);
    }
  };
}
