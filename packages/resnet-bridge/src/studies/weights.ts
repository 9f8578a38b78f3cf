import type { Key } from 'sde-core';
import { gaussian, noiseSource } from 'sde-core/randomness';
import type { Noise } from '../noise/noise.js';
import { gateStream } from '../training/gate-stream.js';

/** Draws of one image that are computed together. */
export interface Unit {
  readonly image: number;
  readonly firstDraw: number;
}

/** Centered gates of some units, shape (kicks, units · draws, gates), for a batch. */
export type Weights = (units: readonly Unit[], draws: number) => Float32Array;

/** Paths are numbered image · PATHS + draw, so that no number of draws and no batch changes which random numbers a path gets. */
export const PATHS: number = 2 ** 24;

/** The network's own gates less their mean. */
export function gateWeights(noise: Noise, gates: number, kicks: number, stream: Key): Weights {
  const fill = gateStream(noise, gates, kicks, stream);
  return (units, draws) => {
    const out = rowsOf(units, draws, gates, kicks, (path, at, stride, into) => fill(path, into, at, stride));
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
    stream,
  );
  const normals = new Float64Array(gates);
  const deviation = Math.sqrt(noise.variance);
  return (units, draws) =>
    rowsOf(units, draws, gates, kicks, (path, at, stride, into) => {
      const factor = path % 2 === 0 ? deviation : -deviation;
      for (let n = 0; n < kicks; n++) {
        source(Math.floor(path / 2), n, normals);
        for (let j = 0; j < gates; j++) into[at + n * stride + j] = factor * normals[j];
      }
    });
}

function rowsOf(
  units: readonly Unit[],
  draws: number,
  gates: number,
  kicks: number,
  fill: (path: number, at: number, stride: number, into: Float32Array) => void,
): Float32Array {
  const rows = units.length * draws;
  const out = new Float32Array(kicks * rows * gates);
  units.forEach(({ image, firstDraw }, unit) => {
    for (let draw = 0; draw < draws; draw++) {
      fill(image * PATHS + firstDraw + draw, (unit * draws + draw) * gates, rows * gates, out);
    }
  });
  return out;
}
