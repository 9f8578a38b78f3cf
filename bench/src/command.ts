#!/usr/bin/env node
// Toolkit, C++ and peers in one run: node bench/dist/command.js --help
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CommandLine,
  commonOptions,
  EXIT,
  type NativeProgram,
  nativeProgram,
  program,
  QUANTLIB,
  replaceFile,
  runCommand,
  textTable,
  whole,
} from 'studies';
import { benchRun } from './bench-run.js';
import { benchTable } from './bench-table.js';
import { gridBenchmarks } from './grid-benchmarks.js';
import { pathBenchmarks } from './path-benchmarks.js';
import { sparseBenchmarks } from './sparse-benchmarks.js';

const limit = (name: string) => ({
  file: fileURLToPath(new URL(`../limits/${name}.cpp`, import.meta.url)),
  flags: ['-O3', '-march=native', '-std=c++17'],
});

/** What bench/limits/sparse.cpp is made of. */
const EIGEN = { header: 'eigen3/Eigen/SparseLU', name: 'Eigen', debian: 'libeigen3-dev' };

const common = commonOptions({
  key: { never: 'every benchmark has a key of its own' },
  out: { about: 'where bench.json and compiled programs go', otherwise: 'out/bench' },
  json: 'taken',
  threads: { never: 'both sides of every benchmark say how many they take' },
  quick: { about: 'once, in small and without QuantLib: checks that it runs' },
  fresh: { never: 'nothing is kept of a run that was stopped' },
  repeat: { never: 'times are of one machine at one time' },
});

const benchmarks = program({
  name: 'bench',
  command: 'npm run bench --',
  about: 'Runs the toolkit beside our C++ and, where it is installed, QuantLib, in turn, and prints how they compare.',
  options: {
    rounds: whole([1, 10_000], {
      about: 'how often everything is run; the least times count',
      otherwise: '7, or 1 with --quick',
    }),
    ...common.options,
  },
  refused: common.refused,
  main,
});

async function main(
  {
    out = 'out/bench',
    quick,
    json,
    rounds = quick ? 1 : 7,
  }: { out?: string; quick: boolean; json: boolean; rounds?: number },
  { signal, print, say, progress }: CommandLine,
): Promise<number> {
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
    onProgress: (news) => {
      signal.throwIfAborted();
      progress(news);
    },
  });
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  const written = `${JSON.stringify({ kind: 'bench', quick, machine, rounds, rows }, null, 2)}\n`;
  await print(json ? written : `${textTable(benchTable(rows, { rounds, judged: !quick }))}\n`);
  // What stands beside a table would spoil JSON.
  const beside = json ? async (text: string) => say(text.trimEnd()) : print;
  const reasons = Object.values(programs).flatMap((program) => (program.kind === 'absent' ? [program.reason] : []));
  for (const reason of new Set(reasons)) await beside(`skipped: ${reason}\n`);
  await beside(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}\n`);
  await replaceFile(join(out, 'bench.json'), written);
  return EXIT.done;
}

runCommand(benchmarks);
