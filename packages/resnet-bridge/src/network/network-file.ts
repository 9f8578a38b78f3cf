import { SdeError } from 'sde-core';
import { readJson } from 'sde-core/data';
import { describe, type KnownKeys } from 'sde-core/errors';
import { requireNetwork } from './at-the-door.js';
import { residualNetwork } from './construction.js';
import type { BranchArrays } from './layer-arrays.js';
import type { Activation, AffineMap, Branch, ResidualNetwork } from './residual-network.js';

const FORMAT = 'weak-limit/residual-network';
const VERSION = 1;

/** A network as JSON: plain numbers, every matrix flat and row-major. */
export interface NetworkFile {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly dimension: number;
  readonly width: number;
  readonly depth: number;
  readonly activation: Activation;
  readonly horizon: number;
  readonly layers: readonly (PlainBranch & { readonly twin?: PlainBranch })[];
  readonly readIn?: PlainAffine;
  readonly readOut?: PlainAffine;
}

type PlainBranch = { readonly [K in keyof BranchArrays]: readonly number[] };
type PlainAffine = {
  readonly rows: number;
  readonly columns: number;
  weight: readonly number[];
  bias: readonly number[];
};

/**
 * A network as an object for `JSON.stringify`; {@link networkFromJSON} gives it back bit for bit.
 *
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { networkFromJSON, networkToJSON, residualNetwork } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const text = JSON.stringify(networkToJSON(network));
 * networkFromJSON(text).activation; // → sin
 * ```
 */
export function networkToJSON(network: ResidualNetwork): NetworkFile {
  requireNetwork(network, 'networkToJSON(network)');
  const { dimension, width, depth, activation, horizon, readIn, readOut } = network;
  return {
    format: FORMAT,
    version: VERSION,
    dimension,
    width,
    depth,
    activation,
    horizon,
    layers: network.layers.map((layer) =>
      layer.twin ? { ...plainBranch(layer), twin: plainBranch(layer.twin) } : plainBranch(layer),
    ),
    ...(readIn ? { readIn: plainAffine(readIn) } : {}),
    ...(readOut ? { readOut: plainAffine(readOut) } : {}),
  };
}

/**
 * The network of a JSON text or of the object in it.
 *
 * @param source - the text, or what `JSON.parse` made of it.
 * @throws SdeError `data` if it is no such file, truncated, of another version, or its arrays do not fit together.
 * @see [sun2018]
 */
export function networkFromJSON(source: string | object): ResidualNetwork {
  const file = typeof source === 'string' ? parsed(source) : source;
  if (typeof file !== 'object' || file === null)
    throw corrupt('the text of a file, or the object in it', describe(file));
  // Unchecked until here; every field is read through a check below.
  const { format, version, activation, horizon, layers, readIn, readOut } = file as Partial<NetworkFile>;
  if (format !== FORMAT || version !== VERSION) {
    throw corrupt(`format '${FORMAT}', version ${VERSION}`, `format ${describe(format)}, version ${describe(version)}`);
  }
  requireOwnFields(file);
  let network: ResidualNetwork;
  try {
    // Arrays are checked by the constructor, as those of any caller.
    network = residualNetwork({ layers: layers ?? [], activation, horizon, readIn, readOut });
  } catch (cause) {
    if (!(cause instanceof SdeError)) throw cause;
    throw corrupt('arrays that make a network', `${cause.details.what} (${cause.details.where})`, cause);
  }
  const print = (of: Partial<NetworkFile> | ResidualNetwork): string =>
    [
      ...(['dimension', 'width', 'depth', 'activation', 'horizon'] as const).map(
        (field) => `${field} ${describe(of[field])}`,
      ),
      ...(['readIn', 'readOut'] as const).map(
        (map) => `${map} ${describe(of[map]?.rows)} × ${describe(of[map]?.columns)}`,
      ),
    ].join(', ');
  const counted = print(network);
  const declared = print(file);
  if (counted !== declared) throw corrupt(`arrays of ${declared}, as the file says`, counted);
  return network;
}

const plainBranch = ({ U, c, V, d }: Branch): PlainBranch => ({
  U: Array.from(U),
  c: Array.from(c),
  V: Array.from(V),
  d: Array.from(d),
});

const plainAffine = ({ rows, columns, weight, bias }: AffineMap): PlainAffine => ({
  rows,
  columns,
  weight: Array.from(weight),
  bias: Array.from(bias),
});

/** As long as a text can be. */
const LENGTH = 2 ** 29;
/** A file, its layers, a layer, its twin, a matrix. */
const DEPTH = 5;

function parsed(text: string): unknown {
  const { what, where, remedy } = DOOR;
  return readJson(text, { what, where, remedy }, { length: LENGTH, depth: DEPTH });
}

const FILE: KnownKeys<NetworkFile> = {
  format: true,
  version: true,
  dimension: true,
  width: true,
  depth: true,
  activation: true,
  horizon: true,
  layers: true,
  readIn: true,
  readOut: true,
};
const BRANCH: KnownKeys<PlainBranch> = { U: true, c: true, V: true, d: true };
const LAYER: KnownKeys<NetworkFile['layers'][number]> = { ...BRANCH, twin: true };
const MAP: KnownKeys<PlainAffine> = { rows: true, columns: true, weight: true, bias: true };

/** Nothing stands in a file that no network has. */
function requireOwnFields(file: object): void {
  const own = (value: unknown, known: object, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const other = Object.keys(value).find((name) => !Object.hasOwn(known, name));
    if (other === undefined) return;
    throw corrupt(`only ${Object.keys(known).join(', ')}${place}`, `a field ${describe(other)}`);
  };
  own(file, FILE, '');
  // Whatever they are, their fields are looked at before the constructor looks at their values.
  const { layers, readIn, readOut } = file as Readonly<Record<string, unknown>>;
  own(readIn, MAP, ' in readIn');
  own(readOut, MAP, ' in readOut');
  if (!Array.isArray(layers)) return;
  for (const [i, layer] of layers.entries()) {
    own(layer, LAYER, ` in layers[${i}]`);
    own(layer?.twin, BRANCH, ` in layers[${i}].twin`);
  }
}

const DOOR = {
  what: 'not a network file, or a damaged one',
  where: 'networkFromJSON(source)',
  remedy: 'write the file again from networkToJSON(network)',
} as const;

function corrupt(expected: string, got: string, cause?: unknown): SdeError {
  return new SdeError('data', { ...DOOR, expected, got }, { cause });
}
