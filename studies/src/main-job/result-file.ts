import { plainValue } from '../command-line/difference.js';
import type { Plain } from '../files/plain.js';
import { type CheckedFile, parseChecked, readChecked } from '../files/read-checked.js';
import type { MainResult, NoiseResult } from './main-result.js';
import { DEVICES, type Options } from './options.js';
import { RESULT_VERSION, type ResultFile, resultSchema } from './result-schema.js';

const REMEDY = 'name the result.json of a run, as it was written';
/** A result of a thousand times the work of the default one is far below. */
const BOUNDS = { bytes: 2 ** 26, depth: 16, noun: 'result', remedy: REMEDY } as const;

/**
 * A result as `result.json` holds it; the weights stand in files of their own. The same numbers give the same bytes.
 *
 * @throws SdeError `data` for a result that would be refused when it is read.
 */
export function resultText(result: MainResult): string {
  const { kind, ...rest } = result;
  const noises = result.noises.map(({ network: _, ...others }) => others);
  const { network: _, ...twoDigits } = result.twoDigits;
  const written = `${JSON.stringify({ kind, version: RESULT_VERSION, ...rest, noises, twoDigits }, plainValue, 1)}\n`;
  parseResult(written, 'result.json');
  return written;
}

/**
 * Reads a `result.json`.
 *
 * @throws SdeError `file` if it cannot be read, `data` with the place in it if it is no whole result of this version.
 */
export const readResult = (path: string): Promise<CheckedFile<Plain<ResultFile>>> =>
  readChecked(path, resultSchema, BOUNDS);

/** What the text of a `result.json` holds. */
export const parseResult = (text: string, name: string): Plain<ResultFile> =>
  parseChecked(text, resultSchema, name, BOUNDS);

/**
 * The options that a result was computed with; the device is the one that was taken.
 *
 * @throws SdeError `data` if the text is no result.
 */
export function optionsOf(text: string, where: string): Options {
  const { options, noises } = parseResult(text, where);
  const taken = noises[0].device.name;
  const device = DEVICES.find((name) => name === taken) ?? options.device;
  return { ...options, device };
}

/**
 * A result computed again, with the words of the first run for what does not decide its numbers: how the device was asked for and what it calls
 * itself, and where it ran.
 */
export function asFirstRun(result: MainResult, before: string): MainResult {
  const { options, noises, provenance } = parseResult(before, 'result.json');
  return {
    ...result,
    options: { ...result.options, device: options.device },
    noises: result.noises.map((now, i) => onFirstDevice(now, noises[i])),
    provenance: { ...result.provenance, environment: provenance.environment },
  };
}

/** A device of the same name with the first run's words for it, where it stands in the result of a noise. */
function onFirstDevice(now: NoiseResult, first: Plain<ResultFile>['noises'][number] | undefined): NoiseResult {
  if (first?.device.name !== now.device.name) return now;
  const { provenance } = now.study;
  const { device } = first.study.provenance;
  const study = provenance.device && device ? { ...now.study, provenance: { ...provenance, device } } : now.study;
  return { ...now, device: { ...now.device, description: first.device.description }, study };
}

/** What of two runs may differ though their numbers are the same, as `Node v20.19.0 → v24.1.0`; empty where nothing does. */
export function environmentChanges(before: string, after: MainResult): string[] {
  const first = JSON.parse(before) as MainResult;
  const changes: readonly (readonly [what: string, then: string | undefined, now: string])[] = [
    ['Node', first.provenance.environment?.node, after.provenance.environment.node],
    ['platform', first.provenance.environment?.platform, after.provenance.environment.platform],
    ...after.noises.map(
      ({ device }, i) => ['device', first.noises[i]?.device?.description, device.description] as const,
    ),
  ];
  const words = changes.flatMap(([what, then, now]) => (then === now ? [] : [`${what} ${then} → ${now}`]));
  return [...new Set(words)];
}
