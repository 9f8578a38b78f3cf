import type { StrongOrderStudy } from './strong-order.js';
import type { OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** What `json` writes, and what the tables and pictures of sde-plots take. */
export type Study = OrderStudy | StrongOrderStudy | WorkPrecisionStudy;
