import { certificatesStudy } from './certificates/study.js';
import { closedFormsStudy } from './closed-forms/study.js';
import { EXIT_CODES } from './command-line/exit.js';
import { helpSection } from './command-line/help.js';
import type { Program } from './command-line/program.js';
import { controlsStudy } from './control/study.js';
import { dependenciesStudy } from './dependencies/study.js';
import { mainProgram } from './main-job/main-program.js';
import { multilevelStudy } from './multilevel/study.js';
import { schemeTableStudy } from './scheme-table/study.js';

/** Every study as a command. */
export const STUDIES: readonly Program[] = [
  mainProgram,
  controlsStudy.program,
  multilevelStudy.program,
  closedFormsStudy.program,
  certificatesStudy.program,
  schemeTableStudy.program,
  dependenciesStudy.program,
];

/** The page docs/studies.md: every study with its options, from the tables by which command lines are read. */
export function studiesPage(): string {
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${[
    '# Studies',
    `Printed by \`npm run -s studies\` from the tables by which command lines are read; a test holds this page to them. Each study writes a folder of its own with
\`result.json\`: all options that decide a number, the key, every number, and where it ran. \`--repeat\` takes that file, computes it again and compares every bit, times of the
machine apart; where something differs it says what first. On a terminal there is a bar with the time left, elsewhere a line for each part that is done, both on stderr; results are on
stdout. (With npm, options come after \`--\`: \`npm run control -- --quick\`.)`,
    ['| exit code | |', '| --- | --- |', ...codes].join('\n'),
    ...STUDIES.map(helpSection),
  ].join('\n\n')}\n`;
}
