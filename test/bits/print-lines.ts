// The job: one line a result, its name and its hash, on stdout; how long the chapters took on stderr.
import { bridgeLines } from './bridge-lines.js';
import { coreLines } from './core-lines.js';
import { digest } from './digest.js';
import { estimateLines, expressionLines, studyLines } from './estimate-lines.js';
import { kolmogorovLines } from './kolmogorov-lines.js';
import { numericsLines } from './numerics-lines.js';

const seen = new Set<string>();
for (const chapter of [
  numericsLines,
  expressionLines,
  coreLines,
  estimateLines,
  studyLines,
  kolmogorovLines,
  bridgeLines,
]) {
  const from = process.hrtime.bigint();
  for await (const [name, value] of chapter()) {
    if (seen.has(name)) throw new Error(`two results are called '${name}'`);
    seen.add(name);
    process.stdout.write(`${digest(value)}  ${name}\n`);
  }
  process.stderr.write(`${chapter.name}: ${(process.hrtime.bigint() - from) / 1_000_000n} ms\n`);
}
