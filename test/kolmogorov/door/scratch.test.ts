import { appendFileSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { faultsOf } from '../../conformance/wrong-values.js';
import { DOORS, METHODS, written } from './doors.js';

globalThis.accepted = [];
const counts = { calls: 0, refused: 0, results: 0, own: 0, raw: 0 };
const all: string[] = [];
const only = process.env.ONLY?.split(',');
test.each([...DOORS, ...METHODS].filter((d) => !only || only.includes(d.name)).map((d) => [d.name, d] as const))(
  '%s',
  { timeout: 100000 },
  async (_, d) => {
    const t = performance.now();
    const c0 = counts.calls;
    const f = await faultsOf(d, written, counts);
    all.push(`## ${d.name} ${counts.calls - c0} calls ${Math.round(performance.now() - t)} ms`, ...f);
    writeFileSync('/tmp/solvers/accepted.txt', (globalThis.accepted ?? []).join('\n'));
    writeFileSync('/tmp/solvers/faults.txt', `${JSON.stringify(counts)}\n${all.join('\n')}`);
  },
);
