import { createRequire } from 'node:module';
import * as z from 'zod';

/** The version of this program. */
export const programVersion = (): string => createRequire(import.meta.url)('../../package.json').version;

const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}(-[\w.]{1,40})?$/;
const parts = (version: string): readonly number[] => version.split('-')[0].split('.').map(Number);

/** Whether a version is later than this program's: what it wrote may mean something else. */
function isLater(version: string): boolean {
  const own = parts(programVersion());
  const i = parts(version).findIndex((part, k) => part !== own[k]);
  return i >= 0 && parts(version)[i] > own[i];
}

/** The version of a program that this one knows. */
export const knownVersion: z.ZodType<string> = z
  .string()
  .max(64)
  .refine((text) => VERSION.test(text) && !isLater(text), {
    error: `a version up to ${programVersion()}, which this is`,
  });
