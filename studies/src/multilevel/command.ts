#!/usr/bin/env node
// What a tolerance costs by multilevel Monte Carlo: node studies/dist/multilevel/command.js [key] [--out FOLDER] [--fresh]
import { parseArgs } from 'node:util';
import { key, workers } from 'sde-core';
import { type CommandLine, EXIT, runCommand } from '../run-folder/run-command.js';
import { withCheckpoints } from '../run-folder/with-checkpoints.js';
import { costCases, costStudy, costTable } from './cost-study.js';

const TOLERANCES = [2e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4];

const HELP = `npm run multilevel -- [key] [--out FOLDER] [--fresh]

Measures what a tolerance costs by multilevel Monte Carlo.

  key             of all randomness; default: multilevel
  --out FOLDER    where a stopped run keeps what was done; default: out
  --fresh         computes everything again, whatever a stopped run kept
`;

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string', default: 'out' }, fresh: { type: 'boolean', default: false } },
  });
  const { out, fresh } = values;
  const [seed = 'multilevel'] = positionals;
  const backend = workers();
  try {
    const identity = { seed, tolerances: TOLERANCES };
    await withCheckpoints({ out, name: `multilevel-${seed}`, identity, fresh, say }, async (parts) => {
      for (const one of costCases()) {
        const study = await costStudy(one, { tolerances: TOLERANCES, key: key(seed), backend, parts, signal });
        await print(`${costTable(study)}\n`);
      }
    });
    return EXIT.confirmed;
  } finally {
    await backend.close();
  }
}

runCommand(main, {
  help: HELP,
  stopped: () => 'Stopped; the estimates that were done are kept, and the same command goes on from there.',
});
