#!/usr/bin/env node
// Declared and measured orders of every scheme: node studies/dist/certificates-command.js [--details | --modified] [--out FOLDER] [--fresh]
import { parseArgs } from 'node:util';
import { certificatesReport, certifiedSchemes } from './certificates.js';
import { keptCertificates } from './kept-certificates.js';
import { modifiedEquationsPage } from './modified-equations.js';
import { type CommandLine, EXIT, runCommand } from './run-folder/run-command.js';
import { withCheckpoints } from './run-folder/with-checkpoints.js';

const LEGEND = `Declared orders, and orders as measured: no sampling, so a slope has no error bar. Weak: the lowest over the built-in models (every noise
that the scheme is for, 1 to 3 Wiener processes) of the local order, minus 1, of all mixed moments of degree up to 2p + 1, extrapolated from
steps 1/64 … 1/2048. Strong: one step against two halves on one path. Orders are multiples of ½: 1.48 is 1.5. "–": none, or not measured.
--details adds a table for each scheme.`;

const HELP = `npm run certificates -- [--details | --modified] [--out FOLDER] [--fresh]

Declared and measured orders of every scheme.

  --details       adds a table for each scheme
  --modified      modified equations instead
  --out FOLDER    where a stopped run keeps what was done; default: out
  --fresh         computes everything again, whatever a stopped run kept
`;

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      details: { type: 'boolean', default: false },
      modified: { type: 'boolean', default: false },
      out: { type: 'string', default: 'out' },
      fresh: { type: 'boolean', default: false },
    },
  });
  if (values.modified) {
    await print(modifiedEquationsPage());
    return EXIT.confirmed;
  }
  const kept = { out: values.out, name: 'certificates', identity: undefined, fresh: values.fresh, say };
  const certificates = await withCheckpoints(kept, (parts) => keptCertificates(parts, signal));
  const { text, confirmed } = certificatesReport(certificates, { details: values.details });
  const seconds = (process.cpuUsage().user / 1e6).toFixed(0);
  await print(`${LEGEND}\n\n${text}\n\n${certifiedSchemes().length} schemes in ${seconds} s of CPU.\n`);
  return confirmed ? EXIT.confirmed : EXIT.refuted;
}

runCommand(main, {
  help: HELP,
  stopped: () => 'Stopped; the certificates that were made are kept, and the same command goes on from there.',
});
