#!/usr/bin/env node
// Networks trained by the control of their equation and by stochastic gradients: node studies/dist/control/command.js [key] [folder] [--fresh]
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { key } from 'sde-core';
import { type CommandLine, EXIT, runCommand } from '../run-folder/run-command.js';
import { openRunFolder } from '../run-folder/run-folder.js';
import { list } from '../run-folder/shape.js';
import { controlCases, controlStudy, controlTable } from './control-study.js';
import { costShape, costTable, gradientCost } from './gradient-cost.js';
import { picturesOf, writePictures } from './pictures.js';

const HELP = `npm run control -- [key] [folder] [--fresh]

Trains networks by the control of their equation and by stochastic gradients, and compares.

  key             of all randomness; default: control
  folder          of what is written; default: out/control
  --fresh         computes everything again, whatever a stopped run kept
`;

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { fresh: { type: 'boolean', default: false } },
  });
  const [seed = 'control', place = 'out/control'] = positionals;
  const path = resolve(place);
  const folder = await openRunFolder(dirname(path), basename(path));
  try {
    const parts = await folder.checkpoints({ job: 'control', seed }, { fresh: values.fresh, say });
    // Timed first, before anything else has filled memory.
    const costs = await parts.part('what a gradient costs', list(costShape), () => gradientCost());
    await print(`What a gradient costs:\n\n${costTable(costs)}\n`);
    for (const one of controlCases()) {
      const study = await controlStudy(one, { key: key(seed), parts, signal });
      await print(`${controlTable(study)}\n`);
      await writePictures(picturesOf(study, one.grid), folder);
    }
    signal.throwIfAborted();
    for (const name of await folder.publish()) say(`Kept as it was, beside the new file: ${name}`);
    await print(`Pictures: ${place}\n`);
    return EXIT.confirmed;
  } finally {
    await folder.discard();
  }
}

runCommand(main, {
  help: HELP,
  atOnce: true,
});
