#!/usr/bin/env node
// Writes docs/schemes.md: node studies/dist/scheme-table-command.js [--out FOLDER] [--fresh]
import { parseArgs } from 'node:util';
import { keptCertificates } from './kept-certificates.js';
import { replaceFile } from './run-folder/replace-file.js';
import { type CommandLine, EXIT, runCommand } from './run-folder/run-command.js';
import { withCheckpoints } from './run-folder/with-checkpoints.js';
import { SCHEME_PAGE, schemePage } from './scheme-table.js';

const HELP = `npm run scheme-table -- [--out FOLDER] [--fresh]

Writes docs/schemes.md.

  --out FOLDER    where a stopped run keeps what was done; default: out
  --fresh         computes everything again, whatever a stopped run kept
`;

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: 'string', default: 'out' }, fresh: { type: 'boolean', default: false } },
  });
  const kept = { out: values.out, name: 'certificates', identity: undefined, fresh: values.fresh, say };
  const page = await withCheckpoints(kept, async (parts) => schemePage(await keptCertificates(parts, signal)));
  await replaceFile(SCHEME_PAGE, page);
  await print(`${SCHEME_PAGE}\n`);
  return EXIT.confirmed;
}

runCommand(main, {
  help: HELP,
  stopped: () => 'Stopped; the certificates that were made are kept, and the same command goes on from there.',
});
