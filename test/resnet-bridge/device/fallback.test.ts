import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Said {
  readonly fit: readonly { readonly kind: string; readonly message: string }[];
  readonly study: Said['fit'];
  readonly loss: number;
}

const script = fileURLToPath(new URL('without-compiler.mjs', import.meta.url));
const said = (...flags: string[]): Said =>
  JSON.parse(
    execFileSync(process.execPath, [...flags, script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );

test('where nothing compiles, results come from the slowest device and say so; elsewhere they do not', () => {
  const [slow, usual] = [said('--jitless'), said()];
  for (const warnings of [slow.fit, slow.study]) {
    const fallen = warnings.filter(({ kind }) => kind === 'device-fallback');
    expect(fallen).toHaveLength(1);
    expect(fallen[0].message).toContain('--jitless');
  }
  expect([...usual.fit, ...usual.study].map(({ kind }) => kind)).not.toContain('device-fallback');
  expect(Math.abs(slow.loss / usual.loss - 1)).toBeLessThan(1e-5);
});
