#!/usr/bin/env node
// Prints docs/studies.md: node studies/dist/studies-command.js
import { program } from './command-line/program.js';
import { runCommand } from './command-line/run-command.js';
import { studiesPage } from './studies.js';

runCommand(
  program({
    name: 'studies',
    command: 'npm run -s studies --',
    about: 'Prints docs/studies.md: every study with its options.',
    options: {},
    async main(_, { print }) {
      await print(studiesPage());
      return 0;
    },
  }),
);
