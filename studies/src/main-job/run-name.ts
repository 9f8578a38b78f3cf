import { safeName } from '../run-folder/safe-name.js';
import { DEFAULTS, type Options, QUICK } from './options.js';

/**
 * A run's folder is named by what it computes, without a clock: its key, and every option that is not the default. Where the name cannot say all of it,
 * a hash does, so that two runs share a folder only if they compute the same.
 */
export function runName(options: Options, quick: boolean): string {
  const base = quick ? QUICK : DEFAULTS;
  const names = Object.keys(base) as (keyof Options)[]; // Options has exactly the keys of its defaults
  const others = names
    .filter((name) => name !== 'key' && name !== 'threeWays' && String(options[name]) !== String(base[name]))
    .map((name) => `${name}-${String(options[name]).replaceAll(',', '+')}`);
  return safeName([quick ? 'quick' : 'main', `key-${options.key}`, ...others].join('-'));
}
