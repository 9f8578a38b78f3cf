#!/usr/bin/env node
// Declared and measured orders of every scheme: node studies/dist/certificates/command.js --help
import { runCommand } from '../command-line/run-command.js';
import { certificatesStudy } from './study.js';

runCommand(certificatesStudy.program);
