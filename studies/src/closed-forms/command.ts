#!/usr/bin/env node
// Every closed form on three grids, beside QuantLib where it is installed: node studies/dist/closed-forms/command.js --help
import { parseArgs } from 'node:util';
import { requireInteger } from 'sde-core';
import { textTable } from '../report/table.js';
import { openRunFolder } from '../run-folder/run-folder.js';
import { closedFormStudy } from './closed-form-study.js';
import { nativeProgram } from './native-program.js';
import { QUANTLIB } from './quantlib.js';
import { studyTables, writeStudy } from './write-study.js';

const HELP = `Solves every problem with a closed form on three grids: errors, orders and times, beside QuantLib where it is installed.

  npm run closed-forms -- [options]

  --rounds N      all of it so often; the least times count   5
  --out FOLDER    where the folder closed-forms is made          out
  --help
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      out: { type: 'string', default: 'out' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const rounds = requireInteger(Number(values.rounds), 1, '--rounds', 'give how often everything is run');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('Stopped; nothing was written.')));
  const folder = await openRunFolder(values.out, 'closed-forms');
  try {
    const quantlib = await nativeProgram(QUANTLIB, `${values.out}/native`);
    const study = await closedFormStudy({
      rounds,
      quantlib,
      clock: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      signal: stop.signal,
      onProgress: ({ done, of, words }) => {
        process.stderr.write(`${String(Math.floor((100 * done) / of)).padStart(3)} %  ${words}\n`);
      },
    });
    for (const table of studyTables(study)) process.stdout.write(`${textTable(table)}\n\n`);
    if (study.skipped) process.stdout.write(`skipped: ${study.skipped}\n`);
    await writeStudy(study, folder);
    await folder.publish();
    process.stdout.write(`Written: ${folder.path}\n`);
  } finally {
    await folder.discard();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
