// Tasks that the engines of the conformance test call, in a module that every thread can import.

/** Some arithmetic that rounds: Σ sin-like iterates. */
export function iterate({ start, steps }, { report, resume }) {
  let x = start;
  for (let n = 0; n < steps; n++) {
    x = x * (3.7 - 3.7 * x);
    if (n === steps >> 1) report({ half: n, resume: resume ?? null });
  }
  return { x, squares: [x * x, -0] };
}

export const refuses = () => {
  throw Object.assign(new RangeError('no such thing'), { extra: 1 });
};

export const infinite = () => ({ deep: [1, Number.POSITIVE_INFINITY] });

export const throughPromise = async (x) => x;

/** Ends only by its signal, or with its thread. */
export const endless = (_, { signal, report }) =>
  new Promise((_resolve, reject) => {
    report('begun');
    signal?.addEventListener('abort', () => reject(new Error('heard')));
  });

export const number = 3;
