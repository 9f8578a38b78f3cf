#!/usr/bin/env node
// Toolkit, C++ and peers in one run: node bench/dist/command.js --help
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { requireInteger } from 'sde-core/errors';
import {
  type CommandLine,
  EXIT,
  type NativeProgram,
  nativeProgram,
  QUANTLIB,
  replaceFile,
  runCommand,
  textTable,
} from 'studies';
import { benchRun } from './bench-run.js';
import { benchTable } from './bench-table.js';
import { gridBenchmarks } from './grid-benchmarks.js';
import { pathBenchmarks } from './path-benchmarks.js';
import { sparseBenchmarks } from './sparse-benchmarks.js';

const HELP = `Runs the toolkit beside our C++ and, where it is installed, QuantLib, in turn, and prints how they compare.

  npm run bench -- [options]

  --rounds N      how often everything is run; the least times count   7
  --out FOLDER    where bench.json and compiled programs go            out/bench
  --quick         once, in small and without QuantLib: checks that it runs
  --help
`;

const limit = (name: string) => ({
  file: fileURLToPath(new URL(`../limits/${name}.cpp`, import.meta.url)),
  flags: ['-O3', '-march=native', '-std=c++17'],
});

/** What bench/limits/sparse.cpp is made of. */
const EIGEN = { header: 'eigen3/Eigen/SparseLU', name: 'Eigen', debian: 'libeigen3-dev' };

async function main({ args, signal, print, say }: CommandLine): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      out: { type: 'string', default: 'out/bench' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    await print(HELP);
    return EXIT.confirmed;
  }
  const { quick, out } = values;
  const given = values.rounds ?? (quick ? '1' : '7');
  const rounds = requireInteger(Number(given), 1, '--rounds', 'give how often everything is run');
  const leftOut: NativeProgram = { kind: 'absent', reason: 'QuantLib is left out of a quick run' };
  const programs = {
    lines: await nativeProgram(limit('lines'), out),
    planes: await nativeProgram(limit('planes'), out),
    paths: await nativeProgram(limit('paths'), out),
    sparse: await nativeProgram({ ...limit('sparse'), needs: EIGEN }, out),
    quantlib: quick ? leftOut : await nativeProgram(QUANTLIB, out),
  };
  const rows = await benchRun([...gridBenchmarks(quick), ...pathBenchmarks(quick), ...sparseBenchmarks(quick)], {
    rounds,
    programs,
    clock: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    onProgress: ({ done, of, words }) => {
      signal.throwIfAborted();
      say(`${String(Math.floor((100 * done) / of)).padStart(3)} %  ${words}`);
    },
  });
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  await print(`${textTable(benchTable(rows, { rounds, judged: !quick }))}\n`);
  const reasons = Object.values(programs).flatMap((program) => (program.kind === 'absent' ? [program.reason] : []));
  for (const reason of new Set(reasons)) await print(`skipped: ${reason}\n`);
  await print(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}\n`);
  await replaceFile(join(out, 'bench.json'), `${JSON.stringify({ kind: 'bench', machine, rounds, rows }, null, 2)}\n`);
  return EXIT.confirmed;
}

runCommand(main);
