import type { MainResult } from '../main-result.js';

/** Every warning of a result, with what it is about. */
export function warningsOf({
  noises,
  twoDigits,
}: MainResult): readonly { readonly about: string; readonly message: string }[] {
  const about = (title: string, warnings: readonly { readonly message: string }[]) =>
    warnings.map(({ message }) => ({ about: title, message }));
  return [
    ...noises.flatMap(({ title, warnings, study }) => [
      ...about(`${title}, training`, warnings),
      ...about(`${title}, weak error`, study.warnings),
      ...(study.constant.verdict === 'agrees'
        ? []
        : about(`${title}, C₁`, [{ message: `${study.constant.verdict}: ${study.constant.reason}` }])),
    ]),
    ...about('two digits, training', twoDigits.warnings),
    ...about('two digits, three ways', twoDigits.ways.warnings),
    ...(twoDigits.ways.constant.verdict === 'settled'
      ? []
      : about('two digits, constant of h²', [{ message: `inconclusive: ${twoDigits.ways.constant.reason}` }])),
  ];
}
