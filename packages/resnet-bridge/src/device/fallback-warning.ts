import type { Warning } from 'sde-core';
import type { Device } from './device.js';

/** Said where `'auto'` came to plain JavaScript, many times slower than what was looked for before it. */
export function fallbackWarnings({ name, description, reasons }: Device): readonly Warning<'device-fallback'>[] {
  if (name !== 'cpu' || reasons.length < 2) return [];
  const why = reasons.slice(0, -1).join('; ');
  const message = `Tensors were computed by ${description}, the slowest device, because no other was there (${why}). The numbers are as good; install one of those, or run node without --jitless, for speed.`;
  return [{ kind: 'device-fallback', message }];
}
