// The last words of .ci/run: vitest's totals. Exits as the suite did.
import { readFileSync } from 'node:fs';

const [file, status] = [process.argv[2], Number(process.argv[3])];
const text = readFileSync(file, 'utf8');
const report = text === '' ? undefined : JSON.parse(text);

// A file that cannot be loaded has no tests to fail, a build that fails leaves no report, and a suite can fail as a whole.
const unloaded = (report?.testResults ?? []).filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
).length;
const passed = report?.numPassedTests ?? 0;
const failed = (report?.numFailedTests ?? 0) + unloaded;
if (status === 124) console.log('the time limit was reached');
console.log(`${passed} passed, ${status === 0 ? failed : Math.max(1, failed)} failed`);
process.exit(status === 0 && failed > 0 ? 1 : status);
