import { refine } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { layerClock } from '#resnet-bridge/limit/layer-clock';
import { exampleNetwork } from '../example-networks.js';

describe.each([1, 3, 7, 12, 100])('the clock of %i layers', (depth) => {
  const network = exampleNetwork({ dimension: 1, width: 1, depth, horizon: 1.7 });
  const clock = layerClock(network);

  it('starts a layer exactly on its breakpoint, and ends the one before just below', () => {
    expect(clock.breakpoints).toHaveLength(depth - 1);
    clock.breakpoints.forEach((tau, n) => {
      expect(clock.layerAt(tau)).toBe(n + 1);
      expect(clock.layerAt(tau - 2 * Number.EPSILON * Math.max(tau, network.h))).toBe(n);
    });
  });

  it('holds the first and the last layer beyond both ends', () => {
    expect(clock.layerAt(-1)).toBe(0);
    expect(clock.layerAt(0)).toBe(0);
    expect(clock.layerAt(1.7)).toBe(depth - 1);
    expect(clock.layerAt(99)).toBe(depth - 1);
  });

  it('keeps its breakpoints under refinement', () => {
    const fine = layerClock(refine(network, 4));
    expect(fine.breakpoints).toHaveLength(depth - 1);
    fine.breakpoints.forEach((tau, n) => {
      expect(Math.abs(tau - clock.breakpoints[n])).toBeLessThan(2 * Number.EPSILON);
      expect(fine.layerAt(tau)).toBe(4 * (n + 1));
    });
  });
});

it('is right on both sides of every boundary, to the last bit: 60 depths, some horizons', () => {
  const bits = new BigInt64Array(1);
  const value = new Float64Array(bits.buffer);
  for (const horizon of [1, 1.7, 0.3])
    for (let depth = 2; depth <= 60; depth++) {
      const network = exampleNetwork({ dimension: 1, width: 1, depth, horizon });
      const clock = layerClock(network);
      clock.breakpoints.forEach((tau, n) => {
        value[0] = tau;
        bits[0] -= 1n;
        expect([clock.layerAt(value[0]), clock.layerAt(tau)]).toEqual([n, n + 1]);
      });
    }
});
