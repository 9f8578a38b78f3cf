import { SdeError } from 'sde-core';
import type { MainResult, NoiseResult } from './main-result.js';
import { DEVICES, type Options } from './options.js';

/** A result as `result.json` holds it; the weights stand in files of their own. The same numbers give the same bytes. */
export function resultText(result: MainResult): string {
  const noises = result.noises.map(({ network: _, ...rest }) => rest);
  const { network: _, ...twoDigits } = result.twoDigits;
  return `${JSON.stringify({ ...result, noises, twoDigits }, plainValue, 1)}\n`;
}

/** JSON has no NaN and no typed arrays. */
function plainValue(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>);
  return value;
}

/**
 * The options that a result was computed with; the device is the one that was taken.
 *
 * @throws SdeError `data` if the text is no result.
 */
export function optionsOf(text: string, where: string): Options {
  const result = parsed(text, where) as Partial<MainResult> | null;
  if (result?.kind !== 'main-result' || result.options === undefined) throw corrupt(where, 'JSON of another kind');
  const taken = result.noises?.[0]?.device.name;
  const device = DEVICES.find((name) => name === taken) ?? result.options.device;
  return { ...result.options, device };
}

/**
 * A result computed again, with the words of the first run for what does not decide its numbers: how the device was asked for and what it calls
 * itself, and where it ran.
 */
export function asFirstRun(result: MainResult, before: string): MainResult {
  // `optionsOf` has read this text before.
  const { options, noises, provenance } = JSON.parse(before) as MainResult;
  return {
    ...result,
    options: { ...result.options, device: options.device },
    noises: result.noises.map((now, i) => onFirstDevice(now, noises[i])),
    provenance: { ...result.provenance, environment: provenance.environment },
  };
}

/** A device of the same name with the first run's words for it, where it stands in the result of a noise. */
function onFirstDevice(now: NoiseResult, first: NoiseResult | undefined): NoiseResult {
  if (first?.device?.name !== now.device.name) return now;
  const { provenance } = now.study;
  const device = first.study?.provenance?.device;
  const study = provenance.device && device ? { ...now.study, provenance: { ...provenance, device } } : now.study;
  return { ...now, device: first.device, study };
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

/** Where two results first differ, as `noises[0].study.levels[2].h: 0.1 → 0.2`; undefined where they do not. */
export function firstDifference(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  return differing(JSON.parse(before), JSON.parse(after), '') ?? 'the bytes, though no value does';
}

function differing(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${JSON.stringify(a)} → ${JSON.stringify(b)}`;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const name of names) {
    const next = Array.isArray(a) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
    // Both are objects, and a name that one lacks reads as undefined.
    const found = differing((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name], next);
    if (found) return found;
  }
  return undefined;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function corrupt(where: string, got: string, cause?: unknown): SdeError {
  const expected = 'a result.json that the main job wrote';
  return new SdeError(
    'data',
    { what: 'not a result', where, expected, got, remedy: 'name the result.json of a run' },
    { cause },
  );
}
