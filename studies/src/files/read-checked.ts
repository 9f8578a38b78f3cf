import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { SdeError } from 'sde-core';
import { readJson } from 'sde-core/data';
import type * as z from 'zod';
import { misfit, parse } from './misfit.js';

/** What a file may at most be. */
export interface Limits {
  /** Default 2²⁵. */
  readonly bytes?: number;
  /** Lists and objects in one another; default 32. */
  readonly depth?: number;
  /** What the file holds, for messages; default `file of ours`. */
  readonly noun?: string;
  /** What to do when it is refused: `name the result.json of a run`. */
  readonly remedy?: string;
}

const BYTES = 2 ** 25;
const DEPTH = 32;
const NOUN = 'file of ours';
const REMEDY = 'take the file as it was written, or compute it again';

/** What a file holds: its text, and the data in it. */
export interface CheckedFile<T> {
  readonly text: string;
  readonly data: T;
}

/**
 * Reads a JSON file as data from outside: what the schema does not name is refused, and so is what is too large, too deep, no regular file or no UTF-8.
 *
 * @throws SdeError `file` if it cannot be read, `data` with the place in it (`result.json: noises[2].title`) if it is not what the schema says.
 */
export async function readChecked<T>(path: string, schema: z.ZodType<T>, limits: Limits = {}): Promise<CheckedFile<T>> {
  const text = await readText(path, limits);
  return { text, data: parseChecked(text, schema, basename(path), limits) };
}

/** The data in a text that should be of a schema; `name` is the file's, for messages. */
export function parseChecked<T>(text: string, schema: z.ZodType<T>, name: string, limits: Limits = {}): T {
  const { bytes = BYTES, depth = DEPTH, noun = NOUN, remedy = REMEDY } = limits;
  const door = { what: damaged(noun), where: name, remedy };
  return checked(readJson(text, door, { length: bytes, depth }), schema, name, limits);
}

/**
 * Data that should be of a schema: what the schema makes of them, with nothing that it does not name.
 *
 * Writers call it too, so that nothing is written that would be refused when it is read.
 */
export function checked<T>(value: unknown, schema: z.ZodType<T>, name: string, limits: Limits = {}): T {
  const { noun = NOUN, remedy = REMEDY } = limits;
  const parsed = parse(value, schema);
  if (parsed.success) return parsed.data;
  const { place, expected, got } = misfit(parsed.error.issues[0], value);
  throw new SdeError('data', {
    what: damaged(noun),
    where: place ? `${name}: ${place}` : name,
    expected,
    got,
    remedy,
  });
}

const damaged = (noun: string): string => `not a ${noun}, or a damaged one`;

/** A regular file's text: nothing is read from a pipe or a device, which may have no end. */
async function readText(path: string, { bytes = BYTES, noun = NOUN, remedy = REMEDY }: Limits): Promise<string> {
  const refused = (what: string, expected: string, got: string, cause?: unknown): SdeError =>
    new SdeError('file', { what, where: path, expected, got, remedy }, { cause });
  const content = await bounded(path, bytes).catch((cause: unknown) => {
    throw refused(
      `the ${noun} cannot be read`,
      'a file',
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  });
  if (content === 'no file') throw refused('not a regular file', 'a file', 'a folder, a pipe or a device');
  if (content === 'too long') throw refused('the file is too large', `at most ${bytes} bytes`, 'more');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw refused('the file is no text', 'UTF-8', 'bytes that are not', cause);
  }
}

async function bounded(path: string, bytes: number): Promise<Uint8Array | 'no file' | 'too long'> {
  // Opening a pipe would wait for its other end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return 'no file';
    const content = new Uint8Array(bytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(content, length, content.length - length);
      length += bytesRead;
      if (length > bytes) return 'too long';
      if (bytesRead === 0) return content.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}
