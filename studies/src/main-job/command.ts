#!/usr/bin/env node
// The main job from the command line: node studies/dist/main-job/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { mainProgram } from './main-program.js';

runCommand(mainProgram);
