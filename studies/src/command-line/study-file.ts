import { SdeError } from 'sde-core';
import * as z from 'zod';
import { flag, text } from '../files/fields.js';
import { knownVersion } from '../files/program-version.js';
import { type Limits, parseChecked } from '../files/read-checked.js';
import { plainValue } from './difference.js';
import type { Environment } from './environment.js';

/** What the `result.json` of a study holds. */
export interface StudyFile<Settings, Result> {
  /** The study. */
  readonly kind: string;
  /** Of what the file holds: it changes when a file that was right before would be read otherwise, or refused. */
  readonly version: number;
  /** Whether it is the small one that tests run. */
  readonly quick: boolean;
  /** Null where nothing is random. */
  readonly key: string | null;
  /** Options that decide numbers, beside the key. */
  readonly settings: Settings;
  readonly result: Result;
  readonly provenance: {
    readonly program: 'weak-limit';
    readonly version: string;
    readonly environment: Environment;
  };
}

/** How the files of a study are read and written: one strict schema for both. */
export interface StudyFormat<Settings, Result> {
  /** @throws SdeError `data` for a result that would be refused when it is read. */
  write(file: StudyFile<Settings, unknown>): string;
  /** @throws SdeError `data` with the place in it for a text that is no whole result of this version. */
  parse(text: string, name: string): StudyFile<Settings, Result>;
  readonly schema: z.ZodType<StudyFile<Settings, Result>>;
  readonly limits: Limits;
}

const LONGEST = 64;

/** The format of a study's `result.json`. */
export function studyFormat<Settings, Result>(of: {
  readonly kind: string;
  readonly version: number;
  readonly keyed: boolean;
  readonly settings: z.ZodType<Settings>;
  readonly result: z.ZodType<Result>;
  readonly limits: Limits;
}): StudyFormat<Settings, Result> {
  const short = z.string().max(LONGEST);
  const schema = z.strictObject({
    kind: z.literal(of.kind),
    version: z.literal(of.version),
    quick: flag,
    key: of.keyed ? text.refine((key) => key.trim() !== '' && key.length <= 256, { error: 'a key' }) : z.null(),
    settings: of.settings,
    result: of.result,
    provenance: z.strictObject({
      program: z.literal('weak-limit'),
      version: knownVersion,
      environment: z.strictObject({ node: short, platform: short }),
    }),
  }) as unknown as z.ZodType<StudyFile<Settings, Result>>; // field by field the same
  const { limits } = of;
  const parse = (written: string, name: string): StudyFile<Settings, Result> =>
    parseChecked(written, schema, name, limits);
  return {
    schema,
    limits,
    parse,
    write(file) {
      const written = `${JSON.stringify(file, plainValue, 1)}\n`;
      try {
        parse(written, 'result.json');
      } catch (cause) {
        if (!(cause instanceof SdeError)) throw cause;
        // What we computed ourselves is our fault, and no misuse.
        throw new Error(`a result that cannot be read again: ${cause.message}`, { cause });
      }
      return written;
    },
  };
}

/** The text of a result with what does not decide its numbers taken from another: where it ran, and times of the machine. */
export function comparable(written: string, machine: readonly string[]): string {
  const file = JSON.parse(written) as StudyFile<unknown, unknown>; // was just read, or written
  const { environment: _, ...provenance } = file.provenance;
  const timeless = (name: string, value: unknown): unknown => (machine.includes(name) ? undefined : value);
  return JSON.stringify({ ...file, provenance }, timeless);
}
