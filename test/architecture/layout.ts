/** The folders of each package, in the order of imports: a folder imports only from itself and those before it. */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'sde-core': [
    'errors',
    'data',
    'turns',
    'numerics',
    'expression',
    'models',
    'schemes',
    'randomness',
    'kernels',
    'modified',
    'execution',
    'paths',
    'estimation',
    'studies',
  ],
  kolmogorov: [
    'door',
    'grid',
    'linear',
    'operators',
    'stepping',
    'backward',
    'forward',
    'open-loop',
    'feedback',
    'studies',
  ],
  'resnet-bridge': ['device', 'network', 'noise', 'limit', 'chain', 'training', 'studies'],
};

/** The packages, in the order of imports. */
export const PACKAGES: readonly string[] = Object.keys(FOLDERS);

/**
 * Types that an earlier folder may take from a later one: `from` may `import type` from `to`.
 *
 * The laws of randomness are what a scheme declares, not something it runs.
 */
export const TYPE_ONLY: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'sde-core/schemes', to: 'sde-core/randomness' },
];

/** Folders side by side: neither imports the other, although one stands before the other. */
export const APART: readonly (readonly [string, string])[] = [['kolmogorov/open-loop', 'kolmogorov/feedback']];

export const MOST_LINES = 400;

export const FORBIDDEN_NAMES: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types'];

/** The only file that may read a clock: it decides when other work has its turn, and no number. */
export const TURNS = 'packages/sde-core/src/turns/work.ts';

/** The only files that may name mathjs, and how: one of them stands behind the import `#mathjs`, by where the package runs. */
export const PARSERS: ReadonlyMap<string, 'eager' | 'lazy'> = new Map([
  ['packages/sde-core/src/expression/mathjs-at-once.ts', 'eager'],
  ['packages/sde-core/src/expression/mathjs-when-needed.ts', 'lazy'],
]);
