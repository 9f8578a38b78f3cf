import { type LimitName, networkToJSON, residualNetwork, type SmallNoiseStudy } from 'resnet-bridge';
import { key } from 'sde-core';
import type { MainResult, NoiseResult, PlanePath, SamplePaths, TwoDigits } from '#studies/main-job/main-result';
import { DEFAULTS, type NoiseName } from '#studies/main-job/options';

const STEPS = [1 / 8, 1 / 16, 1 / 32, 1 / 64];

/** A result with made-up numbers of the shape that theory promises: what the report's tests draw. */
export function madeUpResult(): MainResult {
  return {
    kind: 'main-result',
    options: DEFAULTS,
    noises: [
      noiseResult('stochastic-depth', 'stochastic depth, survival 0.8', -0.0514, 0.0899),
      noiseResult('output-dropout', 'dropout on the branch output, keep 0.8', -0.047, 0.021),
      noiseResult('branch-dropout', 'dropout inside the branch, keep 0.8', -0.0492, 0.0103),
    ],
    twoDigits: twoDigits(),
    provenance: {
      program: 'weak-limit',
      version: '0.1.0',
      data: 'digits',
      environment: { node: 'v20.20.2', platform: 'linux x64' },
    },
  };
}

function twoDigits(): TwoDigits {
  const levels = [1, 2, 4].map((refinement) => {
    const h = 1 / 12 / refinement;
    const equation = 0.21 + 0.04 * h;
    const difference = 0.31 * h ** 2 + 0.4 * h ** 3;
    const monteCarlo = { mean: equation + 2e-5, standardError: 3e-5, stepError: 1e-6, steps: 48 * refinement };
    return {
      refinement,
      h,
      network: equation + difference,
      equation,
      gridError: 1e-6,
      monteCarlo,
      difference,
      overHSquared: difference / h ** 2,
    };
  });
  const [{ h, network, equation, difference }] = levels;
  return {
    classes: [3, 8],
    title: 'stochastic depth (survival 0.8)',
    accuracy: 0.94,
    warnings: [],
    network: networkToJSON(residualNetwork({ dimension: 2, width: 1, depth: 1, key: key(1) })),
    ways: {
      kind: 'three-ways',
      noise: 'stochastic depth (survival 0.8)',
      states: 70,
      depth: 12,
      h,
      enumeration: { mean: network, networks: 4096 },
      kolmogorov: { mean: equation, gridError: 1e-6, points: [81, 161], solves: 2 },
      monteCarlo: {
        mean: equation + 2e-5,
        standardError: 3e-5,
        stepError: 1e-6,
        paths: 71680,
        steps: 48,
        scheme: 'platen',
      },
      differences: {
        networkMinusEquation: difference,
        networkMinusMonteCarlo: difference - 2e-5,
        equationMinusMonteCarlo: -2e-5,
      },
      agree: true,
      levels,
      constant: {
        order: 2,
        value: 0.31,
        interval: { low: 0.29, high: 0.33, level: 0.95 },
        verdict: 'settled',
        reason: 'error / h^2 settles',
        next: 0.4,
      },
      warnings: [],
      provenance: {
        key: "key(7) / 'two digits' / 'study'",
        noise: 'stochastic-depth',
        parameters: { survival: 0.8, rescaled: false },
        refinements: [1, 2, 4],
        paths: 256,
        substeps: 4,
        points: 161,
      },
    },
  };
}

function orderFit(expected: number, verdict: 'confirmed' | 'inconclusive'): SmallNoiseStudy['remainder'] {
  return {
    expected,
    value: expected + 0.04,
    interval: { low: expected - 0.11, high: expected + 0.19, level: 0.95 },
    constant: {
      order: expected,
      value: 0.3,
      interval: { low: 0.25, high: 0.35, level: 0.95 },
      verdict: 'settled',
      reason: 'the quotient settles',
      next: 0.1,
    },
    localSlopes: [expected + 0.6, expected + 0.38, Number.NaN],
    verdict,
    reason:
      verdict === 'confirmed' ? 'the interval holds the expected order' : 'about 3 times the samples would decide',
  };
}

function noiseResult(noise: NoiseName, title: string, euler: number, curvature: number): NoiseResult {
  return {
    noise,
    title,
    device: { name: 'wasm', description: 'WebAssembly with SIMD' },
    training: Array.from({ length: 30 }, (_, i) => ({
      epoch: i + 1,
      loss: 0.08 + 2 * Math.exp(-(i + 1) / 4),
      testLoss: 0.09 + 1.8 * Math.exp(-(i + 1) / 4) + 0.0005 * i,
      trainAccuracy: 0.998 - 0.5 * Math.exp(-(i + 1) / 3),
      testAccuracy: 0.98 - 0.5 * Math.exp(-(i + 1) / 3),
    })),
    warnings: [],
    accuracy: { quiet: 0.9806, noisy: 0.9731, images: 360 },
    study: depthStudy(title, euler, curvature),
    paths: samplePaths(),
    network: networkToJSON(residualNetwork({ dimension: 2, width: 1, depth: 1, key: key(1) })),
  };
}

function depthStudy(noise: string, euler: number, curvature: number): SmallNoiseStudy {
  const total = euler + curvature;
  const errors: Record<LimitName, (h: number) => number> = {
    flow: (h) => total * h + 0.61 * h ** 2,
    leading: (h) => euler * h + 0.4 * h ** 2,
    modified: (h) => 0.3 * h ** 2,
  };
  const point = (name: LimitName, h: number): { h: number; error: number; standardError: number } => ({
    h,
    error: errors[name](h) + 2e-5 * Math.cos(40 / h),
    standardError: 0.002 * h ** 1.2,
  });
  return {
    kind: 'depth-study',
    scaling: 'small-noise',
    steepness: 0.05,
    warnings: [],
    noise,
    functional: 'cross-entropy of the read-out',
    images: 360,
    smooth: true,
    flow: 0.1,
    predicted: { euler, curvature, total },
    levels: STEPS.map((h, i) => ({
      refinement: 2 ** i,
      h,
      draws: { network: 32, leading: 16, modified: 32 },
      network: processMean(0.1 + total * h),
      limits: { leading: processMean(0.1), modified: processMean(0.1) },
      varianceReduction: 4 ** i,
      nonFinite: 0,
      errors: { flow: point('flow', h), leading: point('leading', h), modified: point('modified', h) },
    })),
    orders: {
      flow: orderFit(1, 'confirmed'),
      leading: orderFit(1, 'inconclusive'),
      modified: orderFit(2, 'confirmed'),
    },
    remainder: orderFit(2, 'confirmed'),
    remainders: STEPS.map((h) => ({ h, error: 0.61 * h ** 2, standardError: 0.002 * h ** 1.2 })),
    rounding: { difference: 1e-8, images: 12 },
    constant: {
      value: total + 0.002,
      interval: { low: total - 0.006, high: total + 0.01, level: 0.95 },
      verdict: 'agrees',
      reason: 'the interval holds the prediction',
    },
    provenance: {
      network: { dimension: 16, width: 32, depth: 8, horizon: 1, activation: 'tanh' },
      noise: { kind: 'stochastic-depth', parameters: { survival: 0.8, rescaled: false } },
      images: 360,
      refinements: [1, 2, 4, 8],
      draws: { network: 48, leading: 24, modified: 48 },
      substeps: 1,
      confidence: 0.95,
      key: "key(7) / 'stochastic-depth' / 'study'",
      precision: 'f32',
      device: { name: 'wasm', description: 'WebAssembly with SIMD' },
    },
  };
}

function processMean(mean: number): SmallNoiseStudy['levels'][number]['network'] {
  return {
    mean,
    standardError: 0.0003,
    variance: 1e-4,
    deviations: Float64Array.of(0.01),
    nonFinite: 0,
    largestShare: 0.01,
    paths: 11520,
    varianceReduction: 5,
  };
}

function samplePaths(): SamplePaths {
  const path = (wave: number, steps: number): PlanePath =>
    Array.from({ length: steps + 1 }, (_, n) => {
      const t = n / steps;
      return [2.5 * t + 0.1 * Math.sin(wave * t), 0.3 * t * t + 0.25 * t * Math.sin(wave + 5 * wave * t)];
    });
  return {
    digit: 3,
    image: 12,
    network: Array.from({ length: 20 }, (_, i) => path(i + 1, 8)),
    modified: Array.from({ length: 20 }, (_, i) => path(i + 1.5, 64)),
    flow: path(0, 64),
  };
}
