#!/usr/bin/env node
// What a tolerance costs by multilevel Monte Carlo: node studies/dist/multilevel/command.js [key]
import { key, workers } from 'sde-core';
import { costCases, costStudy, costTable } from './cost-study.js';

const TOLERANCES = [2e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4];

async function main(seed: string): Promise<void> {
  const backend = workers();
  try {
    for (const one of costCases()) {
      const study = await costStudy(one, { tolerances: TOLERANCES, key: key(seed), backend });
      process.stdout.write(`${costTable(study)}\n`);
    }
  } finally {
    await backend.close();
  }
}

main(process.argv[2] ?? 'multilevel').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
