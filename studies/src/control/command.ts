#!/usr/bin/env node
// Networks trained by the control of their equation and by stochastic gradients: node studies/dist/control/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { controlsStudy } from './study.js';

runCommand(controlsStudy.program);
