#!/usr/bin/env node
// Every closed form on three grids, beside QuantLib where it is installed: node studies/dist/closed-forms/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { closedFormsStudy } from './study.js';

runCommand(closedFormsStudy.program);
