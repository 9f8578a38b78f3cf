import { INFINITE, type Range, ZERO } from './range.js';

/** What a guard is recognized by: the part of a node that is read here. */
interface Part<P> {
  readonly operation: string;
  readonly operands: readonly P[];
  readonly value: number;
  readonly range: Range;
}

/** A `select` that guards a value, and what is left where the guard is not needed. */
interface Guard<P> {
  /** The product or quotient, which the guard equals wherever that is determined. */
  readonly value: P;
  readonly otherwise: P;
  readonly needed: boolean;
}

/** What a `select` of `productOrZero` or `quotientOrZero` guards, from its operands; undefined for any other. */
function guardOf<P extends Part<P>>(condition: P, whenTrue: P, whenFalse: P): Guard<P> | undefined {
  if (condition.operation === 'or' && isZero(whenFalse)) {
    const { operation, operands } = unsigned(whenTrue);
    const [x, y] = operands.map(unsigned);
    if (operation !== 'divide' || !condition.operands.includes(y)) return undefined;
    const above = condition.operands.find((part) => isOrHolds(part, x));
    return above && { value: whenTrue, otherwise: whenTrue, needed: zeroByZero(above, y) };
  }
  if (condition.operation !== 'less' || whenTrue.operation !== 'select' || !isZero(whenTrue.operands[2])) {
    return undefined;
  }
  const [most, size] = condition.operands;
  const [zero, value] = whenTrue.operands;
  if (most.value !== Number.MAX_VALUE || size.operation !== 'abs' || unsigned(value).operation !== 'multiply') {
    return undefined;
  }
  const factors = unsigned(value).operands;
  const infinite = size.operands[0];
  if (!factors.some((factor) => isOrHolds(zero, factor)) || !factors.includes(infinite)) return undefined;
  const inner = whenFalse === value || guarded(whenFalse) === value;
  return inner ? { value, otherwise: whenFalse, needed: zeroByInfinity(zero, infinite) } : undefined;
}

/** The product or quotient that a node guards; undefined for a node that is no guard. */
export function guarded<P extends Part<P>>(node: P): P | undefined {
  if (node.operation !== 'select') return undefined;
  return guardOf(node.operands[0], node.operands[1], node.operands[2])?.value;
}

/** What is left of a `select` that guards what can no longer be undetermined, since a parameter has become its value. */
export function withoutGuard<P extends Part<P>>(condition: P, whenTrue: P, whenFalse: P): P | undefined {
  const guard = guardOf(condition, whenTrue, whenFalse);
  return guard && !guard.needed ? guard.otherwise : undefined;
}

const KINKED: ReadonlySet<string> = new Set(['sign', 'minimum', 'maximum', 'select', 'abs']);

/** What a node guards, if nothing in it has a kink, so that it is undetermined at single points only; undefined for any other node. */
export function smoothlyGuarded<P extends Part<P>>(node: P): P | undefined {
  const value = guarded(node);
  if (!value) return undefined;
  const seen = new Set<P>();
  const ahead = [value];
  for (let part = ahead.pop(); part; part = ahead.pop()) {
    if (seen.has(part)) continue;
    seen.add(part);
    const inside = guarded(part);
    if (inside) ahead.push(inside);
    else if (KINKED.has(part.operation)) return undefined;
    else ahead.push(...part.operands);
  }
  return value;
}

/** Whether a condition is a slope, or that slope and the one on the other side of a tie. */
const isOrHolds = <P extends Part<P>>(condition: P, slope: P): boolean =>
  condition === slope || (condition.operation === 'and' && condition.operands.includes(slope));

/** x of −x; any other node itself. */
export const unsigned = <P extends Part<P>>(node: P): P => (node.operation === 'negate' ? node.operands[0] : node);

/** Whether a factor may be 0 while the other is infinite. */
export const zeroByInfinity = (zero: { readonly range: Range }, infinite: { readonly range: Range }): boolean =>
  (zero.range & ZERO) !== 0 && (infinite.range & INFINITE) !== 0;

/** Whether both may be 0. */
export const zeroByZero = (x: { readonly range: Range }, y: { readonly range: Range }): boolean =>
  (x.range & y.range & ZERO) !== 0;

const isZero = (node: { readonly operation: string; readonly value: number }): boolean =>
  node.operation === 'constant' && node.value === 0;
