/** What a scheme of one's own is made of. */
export { type AdditiveTableau, additiveTableau } from './schemes/additive-tableau.js';
export { schemes, schemesForOneEquation } from './schemes/index.js';
export { type AreaMethod, areaError, areaVariables } from './schemes/levy-area.js';
export type { Rows } from './schemes/order-condition.js';
export {
  defineScheme,
  type NativeScheme,
  type Scheme,
  type SchemeAreas,
  type SchemeEquations,
  type SchemeOrder,
  type TracedScheme,
} from './schemes/scheme.js';
export type { IncrementLaw, SchemeDriver } from './schemes/scheme-driver.js';
export type { JacobianInput, Need, StepInput, StepInputs, SymbolInput } from './schemes/step-input.js';
export { type StratonovichTableau, stratonovichTableau } from './schemes/stratonovich-tableau.js';
export { type StrongTableau, strongTableau } from './schemes/strong-tableau.js';
export { type TableauOptions, tableau } from './schemes/tableau.js';
export type { Tableau } from './schemes/tableau-conditions.js';
export { withDriver } from './schemes/with-driver.js';
