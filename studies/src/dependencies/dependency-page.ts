import { join } from 'node:path';
import { markdownTable } from 'sde-plots';
import { installedTree, manifestOf } from './installed-tree.js';

/** When a version was released, an ISO date, and the newest one with its date. */
export interface ReleaseDates {
  readonly version: string;
  readonly released: string;
  /** `2026-10-12 (4.6.7)` */
  readonly latest: string;
}

/** The packages that are described, from the root of the repository. */
export const DESCRIBED = [
  'packages/sde-core',
  'packages/kolmogorov',
  'packages/resnet-bridge',
  'packages/sde-plots',
  'studies',
] as const;

/** What each dependency is there for. */
const WHY: Readonly<Record<string, string>> = {
  '@observablehq/plot': 'draws figures as SVG',
  '@resvg/resvg-js': 'SVG to PNG; with it one binary for the platform (3 to 6 MB), not counted here',
  '@tensorflow/tfjs-backend-cpu': 'the device that is always there',
  '@tensorflow/tfjs-backend-wasm': 'the device that is fast without a GPU: 12 times the one above',
  '@tensorflow/tfjs-core': 'tensors and their gradients',
  '@tensorflow/tfjs-node-gpu': 'the device cuda; optional peer, not installed: npm run gpu, docs/devices.md',
  '@types/ndarray': 'our declarations name ndarray’s types',
  'cli-progress': 'the bar with the time left',
  'dejavu-fonts-ttf': 'the letters in a PNG, the same on every machine',
  linkedom: 'the document that a figure is drawn into, without a browser',
  mathjs: 'parses expressions; loaded when the first is parsed',
  ndarray: 'the shape in which arrays leave the packages',
  zod: 'the schemas of the files that programs read',
};

/** A dependency of ours that is no package of this repository. */
export interface Dependency {
  readonly of: string;
  readonly name: string;
  readonly wanted: string;
  readonly peer: boolean;
}

/** What the manifests ask for at run time. */
export function runtimeDependencies(root: string): readonly Dependency[] {
  return DESCRIBED.flatMap((of) => {
    const { dependencies = {}, peerDependencies = {} } = manifestOf(join(root, of));
    const listed = (given: Readonly<Record<string, string>>, peer: boolean): Dependency[] =>
      Object.entries(given)
        .filter(([, wanted]) => !wanted.startsWith('workspace:'))
        .map(([name, wanted]) => ({ of, name, wanted, peer }));
    return [...listed(dependencies, false), ...listed(peerDependencies, true)];
  });
}

const HEADER = ['package', 'version', 'its size', 'with its tree', 'licences', 'released', 'last release', 'why'];

/** The page docs/dependencies.md, from what is installed and from dates that the registry knows. */
export function dependencyPage(root: string, dates: ReadonlyMap<string, ReleaseDates>): string {
  const all = runtimeDependencies(root);
  const sections = DESCRIBED.map((of) => {
    const rows = all.filter((one) => one.of === of).map((one) => rowOf(root, one, dates));
    const { dependencies = {} } = manifestOf(join(root, of));
    const ours = Object.entries(dependencies).filter(([, wanted]) => wanted.startsWith('workspace:'));
    const also = ours.length > 0 ? `Beside ${ours.map(([name]) => name).join(', ')} of this repository:\n\n` : '';
    return `## ${of}\n\n${also}${markdownTable({ title: of, header: HEADER, rows })}`;
  });
  return `# What is required at run time

Printed by \`npm run dependencies\`, which asks the registry for the dates; a test holds the rest against the manifests, the lock file and what is installed.
Dates are when the registry that was asked got a version: a mirror says a later day than that of the release. Sizes are those of the unpacked files; "with its tree" counts each package once, and no optional binaries. Nothing else is needed to run: TypeScript, vitest and
what \`test\`, \`bench\` and \`notebooks\` use are for development.

${sections.join('\n\n')}
`;
}

function rowOf(
  root: string,
  { of, name, wanted, peer }: Dependency,
  dates: ReadonlyMap<string, ReleaseDates>,
): string[] {
  const known = dates.get(name);
  const when = [known?.released ?? '?', known?.latest ?? '?'];
  const why = WHY[name] ?? '?';
  const tree = peer ? undefined : installedTree(join(root, of), name);
  if (!tree) return [name, wanted, '–', '–', '–', ...when, why];
  const { manifest, size, all } = tree;
  const count = `${all.packages} package${all.packages === 1 ? '' : 's'}, ${megabytes(all.size)}`;
  return [name, manifest.version, megabytes(size), count, all.licenses.join(', '), ...when, why];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** The dates that a printed page holds, by name. */
export function datesOf(page: string): ReadonlyMap<string, ReleaseDates> {
  const found = new Map<string, ReleaseDates>();
  for (const line of page.split('\n')) {
    const [, name, version, , , , released, latest] = line.split('|').map((cell) => cell.trim());
    if (released && /^\d{4}-\d\d-\d\d$/.test(released)) found.set(name, { version, released, latest });
  }
  return found;
}
