import type { History, NetworkFile, SmallNoiseStudy, ThreeWays } from 'resnet-bridge';
import type { NoiseName, Options } from './options.js';

/** Everything that the main job computes: what `result.json` holds and the report shows. No clock is in it. */
export interface MainResult {
  readonly kind: 'main-result';
  readonly options: Options;
  /** Of the small job that tests run. */
  readonly quick?: true;
  readonly noises: readonly NoiseResult[];
  readonly twoDigits: TwoDigits;
  readonly provenance: MainProvenance;
}

/** Where the networks were trained. */
export interface DeviceTaken {
  readonly name: string;
  readonly description: string;
}

/** What produced a result. Only `environment` may differ between two runs that give the same numbers. */
export interface MainProvenance {
  readonly program: 'weak-limit';
  readonly version: string;
  readonly data: string;
  readonly environment: { readonly node: string; readonly platform: string };
}

/** One noise: a network trained with it, and how far that network is from its limits. */
export interface NoiseResult {
  readonly noise: NoiseName;
  /** With its parameters. */
  readonly title: string;
  readonly device: DeviceTaken;
  readonly training: readonly TrainingPoint[];
  /** Of the training. */
  readonly warnings: History['warnings'];
  readonly accuracy: { readonly quiet: number; readonly noisy: number; readonly images: number };
  readonly study: SmallNoiseStudy;
  readonly paths: SamplePaths;
  /** The trained weights, as `networks/<noise>.json` holds them. */
  readonly network: NetworkFile;
}

/** After one epoch. Losses are cross-entropies in nats. */
export interface TrainingPoint {
  readonly epoch: number;
  /** With noise, over the training images. */
  readonly loss: number;
  /** Without noise, over the test images. */
  readonly testLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** One number three ways: a 2-D network of two digits, and its loss by enumeration, equation and simulation. */
export interface TwoDigits {
  readonly classes: readonly number[];
  /** The noise with its parameters. */
  readonly title: string;
  /** On the test images of the two digits, with the noise off. */
  readonly accuracy: number;
  /** Of the training. */
  readonly warnings: History['warnings'];
  readonly ways: ThreeWays;
  readonly network: NetworkFile;
}

/** A polyline in the plane: [along the flow, along the noise]. */
export type PlanePath = readonly (readonly [number, number])[];

/** One test image through the layers, seen in the plane of its flow and of its noise. */
export interface SamplePaths {
  readonly digit: number;
  /** Its place among the test images. */
  readonly image: number;
  readonly network: readonly PlanePath[];
  readonly modified: readonly PlanePath[];
  readonly flow: PlanePath;
}
