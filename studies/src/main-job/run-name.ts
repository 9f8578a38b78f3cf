import { DEFAULTS, type Options, QUICK } from './options.js';

/** A run's folder is named by what it computes, without a clock: its key, and every option that is not the default. */
export function runName(options: Options, quick: boolean): string {
  const base = quick ? QUICK : DEFAULTS;
  const names = Object.keys(base) as (keyof Options)[]; // Options has exactly the keys of its defaults
  const others = names
    .filter((name) => name !== 'key' && name !== 'threeWays' && String(options[name]) !== String(base[name]))
    .map((name) => `${name}-${String(options[name]).replaceAll(',', '+')}`);
  return [quick ? 'quick' : 'main', `key-${options.key}`, ...others].join('-').replace(/[^\w.+-]+/g, '_');
}
