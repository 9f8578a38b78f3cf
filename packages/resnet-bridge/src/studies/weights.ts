import { gaussian, type Key, noiseSource } from 'sde-core';
import type { Noise } from '../noise/noise.js';
import { gateStream } from '../training/gate-stream.js';

/** Centered gates of a range of paths, shape (kicks, paths, gates), for `Batch.weights`; paths are numbered over the whole study. */
export type Weights = (range: PathRange) => Float32Array;

/** Images [firstImage, firstImage + images), draws [firstDraw, firstDraw + draws) of `allDraws`; path (image, draw) is image · allDraws + draw. */
export interface PathRange {
  readonly firstImage: number;
  readonly images: number;
  readonly firstDraw: number;
  readonly draws: number;
  readonly allDraws: number;
}

/** The network's own gates less their mean. */
export function gateWeights(noise: Noise, gates: number, kicks: number, stream: Key): Weights {
  const fill = gateStream(noise, gates, kicks, stream);
  return (range) => {
    const out = rowsOf(range, gates, kicks, (path, at, stride, into) => fill(path, into, at, stride));
    for (let i = 0; i < out.length; i++) out[i] -= noise.mean;
    return out;
  };
}

/**
 * Normals of the gates' variance. Draws 2k and 2k + 1 are antithetic: the same normals with both signs, so that every odd moment of
 * a pair vanishes.
 */
export function normalWeights(noise: Noise, gates: number, kicks: number, stream: Key): Weights {
  const source = noiseSource(
    Array.from({ length: gates }, () => gaussian),
    stream.words,
  );
  const normals = new Float64Array(gates);
  const deviation = Math.sqrt(noise.variance);
  return (range) =>
    rowsOf(range, gates, kicks, (path, at, stride, into) => {
      const factor = path % 2 === 0 ? deviation : -deviation;
      for (let n = 0; n < kicks; n++) {
        source(Math.floor(path / 2), n, normals);
        for (let j = 0; j < gates; j++) into[at + n * stride + j] = factor * normals[j];
      }
    });
}

function rowsOf(
  { firstImage, images, firstDraw, draws, allDraws }: PathRange,
  gates: number,
  kicks: number,
  fill: (path: number, at: number, stride: number, into: Float32Array) => void,
): Float32Array {
  const rows = images * draws;
  const out = new Float32Array(kicks * rows * gates);
  for (let image = 0; image < images; image++) {
    for (let draw = 0; draw < draws; draw++) {
      const path = (firstImage + image) * allDraws + firstDraw + draw;
      fill(path, (image * draws + draw) * gates, rows * gates, out);
    }
  }
  return out;
}
