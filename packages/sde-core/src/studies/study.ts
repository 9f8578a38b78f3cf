import type { StrongOrderStudy } from './strong-order.js';
import type { OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** What `markdown`, `csv`, `json` and `plot` take. */
export type Study = OrderStudy | StrongOrderStudy | WorkPrecisionStudy;
