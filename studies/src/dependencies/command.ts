#!/usr/bin/env node
// Prints docs/dependencies.md with dates from the registry: node studies/dist/dependencies/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { dependenciesStudy } from './study.js';

runCommand(dependenciesStudy.program);
