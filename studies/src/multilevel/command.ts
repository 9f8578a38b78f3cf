#!/usr/bin/env node
// What a tolerance costs by multilevel Monte Carlo: node studies/dist/multilevel/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { multilevelStudy } from './study.js';

runCommand(multilevelStudy.program);
