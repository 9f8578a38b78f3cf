/** The noises that the main job knows by name. */
export const NOISES = ['stochastic-depth', 'output-dropout', 'branch-dropout'] as const;
export type NoiseName = (typeof NOISES)[number];

export const DEVICES = ['auto', 'cuda', 'webgpu', 'native', 'wasm', 'cpu'] as const;
export type DeviceChoice = (typeof DEVICES)[number];

/** What counts may be, least and most: of a command line, and of a file. */
export const RANGES = {
  /** An image has 64 pixels. */
  components: [2, 64],
  depth: [1, 1024],
  width: [1, 4096],
  epochs: [1, 100_000],
  draws: [2, 1_000_000],
  /** 0 for all of the 360. */
  images: [0, 360],
  refinements: [1, 1024],
} as const;

/** How many refinements. */
export const LADDER = [3, 12] as const;

/** What decides the numbers of the main job. */
export interface Options {
  /** Names every random number. */
  readonly key: string;
  readonly noises: readonly NoiseName[];
  /** Principal components of the digits: the state's dimension. */
  readonly components: number;
  /** Residual layers. */
  readonly depth: number;
  /** Hidden units of a layer. */
  readonly width: number;
  readonly epochs: number;
  /** Learning rate of Adam: a larger one trains faster, and steeper layers, which need finer steps. */
  readonly rate: number;
  /** Stochastic depth: the probability that a layer survives. */
  readonly survival: number;
  /** Both dropouts: the probability that a unit is kept. */
  readonly keep: number;
  /** Into how many sub-layers each trained layer is split, coarse to fine. */
  readonly refinements: readonly number[];
  /** Noise draws for each test image at the coarsest step; finer ones take more. */
  readonly draws: number;
  /** Test images that the losses are averaged over; 0 for all. */
  readonly images: number;
  /** Sizes of the computation three ways. */
  readonly threeWays: { readonly refinements: readonly number[]; readonly points: number; readonly paths: number };
  readonly device: DeviceChoice;
  /** Of every interval. */
  readonly confidence: number;
}

/** The job as the report shows it: three noises, 30 epochs. */
export const DEFAULTS: Options = {
  key: '7',
  noises: NOISES,
  components: 16,
  depth: 8,
  width: 32,
  epochs: 30,
  rate: 0.0006,
  survival: 0.8,
  keep: 0.8,
  refinements: [1, 2, 4, 8],
  draws: 48,
  images: 0,
  threeWays: { refinements: [1, 2, 4], points: 161, paths: 256 },
  device: 'auto',
  confidence: 0.95,
};

/** The same job in small, for tests: everything is computed, with fewer samples of a smaller network. */
export const QUICK: Options = {
  ...DEFAULTS,
  noises: ['stochastic-depth'],
  components: 4,
  depth: 4,
  width: 8,
  epochs: 3,
  rate: 0.003,
  refinements: [1, 2, 4],
  draws: 8,
  images: 20,
  threeWays: { refinements: [1, 2, 4], points: 65, paths: 16 },
};
