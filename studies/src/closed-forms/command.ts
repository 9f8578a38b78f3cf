#!/usr/bin/env node
// Every closed form on three grids, beside QuantLib where it is installed: node studies/dist/closed-forms/command.js --help
import { parseArgs } from 'node:util';
import { requireInteger } from 'sde-core/errors';
import { textTable } from 'sde-plots';
import { type CommandLine, EXIT, runCommand } from '../run-folder/run-command.js';
import { openRunFolder } from '../run-folder/run-folder.js';
import { closedFormStudy } from './closed-form-study.js';
import { nativeProgram } from './native-program.js';
import { QUANTLIB } from './quantlib.js';
import { studyTables, writeStudy } from './write-study.js';

const HELP = `Solves every problem with a closed form on three grids: errors, orders and times, beside QuantLib where it is installed.

  npm run closed-forms -- [options]

  --rounds N      all of it so often; the least times count   5
  --out FOLDER    where the folder closed-forms is made          out
  --fresh         solves everything, and not on from what a run that was stopped has kept
  --help
`;

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      out: { type: 'string', default: 'out' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    await print(HELP);
    return EXIT.confirmed;
  }
  const rounds = requireInteger(Number(values.rounds), 1, '--rounds', 'give how often everything is run');
  const folder = await openRunFolder(values.out, 'closed-forms');
  try {
    const quantlib = await nativeProgram(QUANTLIB, `${values.out}/native`);
    const identity = { job: 'closed-forms', quantlib: quantlib.kind };
    const study = await closedFormStudy({
      rounds,
      quantlib,
      parts: await folder.checkpoints(identity, { fresh: values.fresh, say }),
      clock: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      signal,
      onProgress: ({ done, of, words }) => say(`${String(Math.floor((100 * done) / of)).padStart(3)} %  ${words}`),
    });
    for (const table of studyTables(study)) await print(`${textTable(table)}\n\n`);
    if (study.skipped) await print(`skipped: ${study.skipped}\n`);
    await writeStudy(study, folder);
    signal.throwIfAborted();
    for (const name of await folder.publish()) say(`Kept as it was, beside the new file: ${name}`);
    await print(`Written: ${folder.path}\n`);
    return EXIT.confirmed;
  } finally {
    await folder.discard();
  }
}

runCommand(main, { stopped: () => 'Stopped; what was solved is kept, and the same command goes on from there.' });
