import type { ClosedForm } from './closed-form.js';
import { feedbackCases } from './feedback-cases.js';
import { functionalCases } from './functional-cases.js';
import { gaussianCases } from './gaussian-cases.js';
import { optionCases } from './option-cases.js';
import { sideCases } from './side-cases.js';

/** Every problem with a closed form that the toolkit is measured on: a line here is a row of the table and a test. */
export function closedForms(): readonly ClosedForm[] {
  return [...optionCases(), ...functionalCases(), ...gaussianCases(), ...sideCases(), ...feedbackCases()];
}
