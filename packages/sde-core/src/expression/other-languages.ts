/** A part of a text that another language reads as an operator. */
export interface ForeignPart {
  readonly part: string;
  readonly index: number;
  /** What it is here. */
  readonly meant: string;
}

/** Operators of other languages, and what is written here; the first that is found first. */
const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/&&?/, 'and'],
  [/\|\|/, 'or'],
  [/\|[^|]*\|/, 'abs( … )'],
  [/\|/, 'or'],
  [/\*\*/, '^'],
  [/===/, '=='],
  [/!==/, '!='],
  [/<>/, '!='],
  [/=</, '<='],
  [/=>/, '>='],
  // Not x! and not x != y. What stands before is looked at where a ! was found: anywhere else it would cost a pass over the blanks before.
  [/!(?!=)(?<=(?:^|[(,<>=+\-*/^?:]|\b(?:and|or|not)(?=\s))\s*!)/, 'not'],
  [/²/, '^2'],
  [/³/, '^3'],
  [/√/, 'sqrt( … )'],
  [/[×·⋅]/, '*'],
  [/÷/, '/'],
  [/[−–]/, '-'],
  [/≤/, '<='],
  [/≥/, '>='],
  [/≠/, '!='],
];

/** The first part of a text that is an operator elsewhere and none here; undefined if there is none. */
export function foreignPart(text: string): ForeignPart | undefined {
  let first: ForeignPart | undefined;
  for (const [pattern, meant] of OPERATORS) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.index)) first = { part: found[0], index: found.index, meant };
  }
  return first;
}

/** Names that other languages have for a function that is known here: the value is the same. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ln: 'log',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  arctan2: 'atan2',
  arcsinh: 'asinh',
  arccosh: 'acosh',
  arctanh: 'atanh',
  arsinh: 'asinh',
  arcosh: 'acosh',
  artanh: 'atanh',
  tg: 'tan',
  arctg: 'atan',
  fabs: 'abs',
  sgn: 'sign',
  signum: 'sign',
  Phi: 'normcdf',
  pnorm: 'normcdf',
  normalCdf: 'normcdf',
  minimum: 'min',
  maximum: 'max',
};

/** Functions of other languages as formulas of their arguments. */
const FORMULAS: Readonly<Record<string, string>> = {
  log10: 'log(x)/log(10)',
  log2: 'log(x)/log(2)',
  logb: 'log(x)/log(b)',
  logn: 'log(x)/log(n)',
  exp2: '2^x',
  exp10: '10^x',
  pow: 'x^y',
  power: 'x^y',
  square: 'x^2',
  sqr: 'x^2',
  cube: 'x^3',
  hypot: 'sqrt(x^2 + y^2)',
  erfc: '1 - erf(x)',
  sec: '1/cos(x)',
  csc: '1/sin(x)',
  cosec: '1/sin(x)',
  cot: '1/tan(x)',
  sech: '1/cosh(x)',
  csch: '1/sinh(x)',
  coth: '1/tanh(x)',
  sind: 'sin(pi*x/180)',
  cosd: 'cos(pi*x/180)',
  tand: 'tan(pi*x/180)',
  sinc: 'x == 0 ? 1 : sin(x)/x',
  relu: 'max(x, 0)',
  sigmoid: '1/(1 + exp(-x))',
  logistic: '1/(1 + exp(-x))',
  expit: '1/(1 + exp(-x))',
  softplus: 'max(x, 0) + log1p(exp(-abs(x)))',
  heaviside: 'x > 0 ? 1 : 0',
  step: 'x > 0 ? 1 : 0',
  clip: 'min(max(x, a), b)',
  clamp: 'min(max(x, a), b)',
  if: 'c ? a : b',
  ifelse: 'c ? a : b',
  iif: 'c ? a : b',
  where: 'c ? a : b',
  select: 'c ? a : b',
  normpdf: 'exp(-x^2/2)/sqrt(2*pi)',
};

/** Functions that no formula of continuous ones gives. */
const STEPS: ReadonlySet<string> = new Set([
  'mod',
  'fmod',
  'rem',
  'floor',
  'ceil',
  'round',
  'trunc',
  'fix',
  'int',
  'frac',
]);

/** What to write for a function of another language; undefined for a name that is none. */
export function equivalentOf(name: string): string | undefined {
  if (Object.hasOwn(SYNONYMS, name)) return `did you mean '${SYNONYMS[name]}'?`;
  if (Object.hasOwn(FORMULAS, name)) return `write ${FORMULAS[name]}`;
  if (STEPS.has(name)) return `there is no '${name}' here: write the pieces with c ? a : b`;
  return undefined;
}
