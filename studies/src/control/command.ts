#!/usr/bin/env node
// Networks trained by the control of their equation and by stochastic gradients: node studies/dist/control/command.js [key] [folder]
import { key } from 'sde-core';
import { controlCases, controlStudy, controlTable } from './control-study.js';
import { costTable, gradientCost } from './gradient-cost.js';
import { picturesOf, writePictures } from './pictures.js';

async function main(seed: string, folder: string): Promise<void> {
  // Timed first, before anything else has filled memory.
  process.stdout.write(`What a gradient costs:\n\n${costTable(gradientCost())}\n`);
  for (const one of controlCases()) {
    const study = await controlStudy(one, { key: key(seed) });
    process.stdout.write(`${controlTable(study)}\n`);
    writePictures(picturesOf(study, one.grid), folder);
  }
  process.stdout.write(`Pictures: ${folder}\n`);
}

main(process.argv[2] ?? 'control', process.argv[3] ?? 'out/control').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
