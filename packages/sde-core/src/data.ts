/** Data from outside: JSON within bounds, and the shape that it must have. */
export {
  type DataShape,
  fields,
  finite,
  flag,
  list,
  type Misfit,
  maybe,
  notNegative,
  oneOf,
  only,
  positive,
  requireShape,
  share,
  someNumber,
  text,
  warning,
  whole,
} from './data/data-shape.js';
export { type DataDoor, type JsonBounds, readJson } from './data/json-text.js';
