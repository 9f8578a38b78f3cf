#!/usr/bin/env node
// Writes docs/schemes.md: node studies/dist/scheme-table/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { schemeTableStudy } from './study.js';

runCommand(schemeTableStudy.program);
