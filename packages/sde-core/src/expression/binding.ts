/** How tightly what is written binds, loosest first. */
type Kind = 'CONDITIONAL' | 'OR' | 'AND' | 'COMPARISON' | 'SUM' | 'PRODUCT' | 'SIGN' | 'POWER' | 'ATOM';

/** In brackets goes what binds more loosely than its place asks for. */
export const BINDS: Readonly<Record<Kind, number>> = Object.freeze({
  CONDITIONAL: 0,
  OR: 1,
  AND: 2,
  COMPARISON: 3,
  SUM: 4,
  PRODUCT: 5,
  SIGN: 6,
  POWER: 7,
  ATOM: 8,
});
