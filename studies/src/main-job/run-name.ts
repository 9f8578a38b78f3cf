import { sha256 } from '../run-folder/manifest.js';
import { DEFAULTS, type Options, QUICK } from './options.js';

/** A name of more characters is cut short. */
const LONGEST = 120;

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
  const whole = [quick ? 'quick' : 'main', `key-${options.key}`, ...others].join('-');
  const plain = whole.replace(/[^\w.+-]+/g, '_');
  if (plain === whole && plain.length <= LONGEST) return plain;
  return `${plain.slice(0, LONGEST)}-${sha256(whole).slice(0, 8)}`;
}
