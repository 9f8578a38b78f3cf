import { requireShape } from '../data/data-shape.js';
import { requireKind } from './doors.js';
import type { Study } from './study.js';
import { STUDY_SHAPES } from './study-shape.js';

/** Refuses what is no study. */
export function requireStudy(study: unknown, where: string): asserts study is Study {
  const kinds = Object.keys(STUDY_SHAPES);
  const remedy = 'give what weakOrder, strongOrder or workPrecision returned';
  requireKind(study, kinds, where, remedy);
  requireShape(study, STUDY_SHAPES[(study as Study).kind], { what: 'not a whole study', where, remedy });
}
