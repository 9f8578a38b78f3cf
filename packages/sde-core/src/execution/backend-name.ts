import { codeGeneration } from '../numerics/code-generation.js';

/** The name of a backend, which provenance keeps: it says where code is interpreted. */
export const named = (name: string): string => (codeGeneration() === 'compiled' ? name : `${name}, interpreted`);
