import { expression, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

const value = (text: string, x = 0, y = 0): number => expression(text, { state: ['x', 'y'] }).evaluate(0.25, [x, y]);

function refusal(text: unknown): SdeError {
  try {
    expression(text as string, { state: ['x', 'rate'], parameters: { sigma: 1 }, where: 'symbolic({ drift })[0]' });
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('what an expression means', () => {
  it.each<readonly [string, number, number, number]>([
    ['x - x^3/6', 2, 0, 2 - 8 / 6],
    ['-x^2', 3, 0, -9],
    ['2^-x', 1, 0, 0.5],
    ['2^3^2', 0, 0, 512],
    ['2x + 3 y', 1, 2, 8],
    ['2(x + y)', 1, 2, 6],
    ['x/2*y', 6, 5, 15],
    ['(1/2)x', 6, 0, 3],
    ['+x - -y', 1, 2, 3],
    ['x < y', 1, 2, 1],
    ['x >= y', 1, 2, 0],
    ['0 < x < 1', 0.5, 0, 1],
    ['0 < x < y < 1', 0.5, 0.4, 0],
    ['x == y', 0.1 + 0.2, 0.3, 0],
    ['x != y', 0.1 + 0.2, 0.3, 1],
    ['not x', 0, 0, 1],
    ['x > 0 and y > 0', 1, -1, 0],
    ['x > 0 or y > 0', 1, -1, 1],
    ['x > 0 ? y : -y', -1, 7, -7],
    ['x > 1 ? 1 : x > 0 ? 2 : 3', 0.5, 0, 2],
    ['min(x, y, -5)', 1, 2, -5],
    ['max(x)', 4, 0, 4],
    ['abs(x)*sign(y)', -3, -2, -3],
    ['log(e)', 0, 0, 1],
    ['sin(pi/2)', 0, 0, 1],
    ['atan2(x, y)', 1, 0, Math.PI / 2],
    ['normcdf(x)', 0, 0, 0.5],
    ['erf(x)', 0, 0, 0],
    ['e^x', 0, 0, 1],
    ['t', 0, 0, 0.25],
    ['1e3 + .5', 0, 0, 1000.5],
  ])('%s', (text, x, y, expected) => {
    expect(value(text, x, y)).toBe(expected);
  });

  it('is a number where a number is given', () => {
    expect(expression(3, { state: ['x'] }).evaluate(0, [1])).toBe(3);
  });

  it('lets a declared name go before a constant', () => {
    expect(expression('e + pi', { state: ['e'], parameters: { pi: 3 } }).evaluate(0, [1])).toBe(4);
  });
});

describe('what an expression may not be', () => {
  it.each<readonly [string, RegExp]>([
    ['1/2x', /'\*' beside '\/'/],
    ['x/2rate', /'\*' beside '\/'/],
    ['x mod 2', /operator 'mod'/],
    ['5 % 2', /'%'/],
    ['x!', /operator '!'/],
    ["x'", /'''/],
    ['[1, 2]', /matrix/],
    ['x[1]', /element/],
    ['x = 1', /assignment/],
    ['f(x) = x', /function definition/],
    ['x; rate', /';'/],
    ['{a: 1}', /object/],
    ['1:3', /range/],
    ['"text"', /'"'/],
    ['x .* rate', /'\.\*'/],
    ['true', /true is not a finite number/],
    ['1e999', /Infinity is not a finite number/],
    ['x(3)', /'x' is a symbol, not a function/],
    ['log(x, 2)', /takes 1 argument, not 2; .*log\(x\)\/log\(b\)/],
    ['atan2(x)', /takes 2 arguments, not 1/],
    ['max()', /takes at least 1 argument/],
    ['x +', /Unexpected end/],
    ['2 * (x', /Parenthesis/],
    ['', /empty/],
    ['  ', /empty/],
    ['x\n+ 1', /'\\n'/],
  ])('%s is refused', (text, what) => {
    const error = refusal(text);
    expect(error.code).toBe('expression');
    expect(error.details.what).toMatch(what);
    expect(error.details.where).toBe('symbolic({ drift })[0]');
  });

  it.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY, {}, []])('%s is not an expression', (given) => {
    expect(refusal(given).code).toBe('expression');
  });

  it('names an unknown symbol, its place, what is known, and what was meant', () => {
    const { code, details } = refusal('x + 2*ratte - 1');
    expect(code).toBe('unknown-symbol');
    expect(details.what).toBe("unknown symbol 'ratte'");
    expect(details.got).toBe("'x + 2*ratte - 1' at character 7: ratte - 1");
    expect(details.expected).toBe('one of x, rate, t, sigma, pi, e');
    expect(details.remedy).toBe("did you mean 'rate'?");
    expect(refusal('xsigma').details.remedy).toBe("did you mean 'x*sigma'?");
    expect(refusal('unheardof').details.remedy).toContain('declare');
    expect(refusal('1e5*e5').details.got).toContain('at character 5');
    expect(refusal('i*x').code).toBe('unknown-symbol');
  });

  it.each<readonly [string, number, string]>([
    ['x > 0 && rate > 0', 7, 'write and'],
    ['x > 0 & rate > 0', 7, 'write and'],
    ['x > 0 || rate > 0', 7, 'write or'],
    ['x | rate', 3, 'write or'],
    ['!x', 1, 'write not'],
    ['x > 0 and !(rate > 0)', 11, 'write not'],
    ['x**2', 2, 'write ^'],
    ['x === 1', 3, 'write =='],
    ['x !== 1', 3, 'write !='],
    ['x <> 1', 3, 'write !='],
    ['x => 1', 3, 'write >='],
    ['|x|', 1, 'write abs( … )'],
    ['x²', 2, 'write ^2'],
    ['√x', 1, 'write sqrt( … )'],
    ['2×x', 2, 'write *'],
    ['x − 1', 3, 'write -'],
    ['x ≤ 1', 3, 'write <='],
  ])('says what to write for %s', (text, place, remedy) => {
    const { code, details } = refusal(text);
    expect(code).toBe('expression');
    expect(details.got).toContain(`at character ${place}:`);
    expect(details.remedy).toBe(remedy);
  });

  it('says that an assignment is no comparison, and that a function takes an argument', () => {
    expect(refusal('x = 1').details.remedy).toBe('write == to compare');
    expect(refusal('sin x').details.remedy).toBe('write sin( … )');
    expect(refusal('max').details.remedy).toBe('write max( … )');
  });

  it.each<readonly [string, (x: number, y: number) => number]>([
    ['log10', Math.log10],
    ['log2', Math.log2],
    ['exp2', (x) => 2 ** x],
    ['exp10', (x) => 10 ** x],
    ['pow', Math.pow],
    ['square', (x) => x * x],
    ['cube', (x) => x ** 3],
    ['hypot', Math.hypot],
    ['sec', (x) => 1 / Math.cos(x)],
    ['csc', (x) => 1 / Math.sin(x)],
    ['cot', (x) => 1 / Math.tan(x)],
    ['sech', (x) => 1 / Math.cosh(x)],
    ['csch', (x) => 1 / Math.sinh(x)],
    ['coth', (x) => 1 / Math.tanh(x)],
    ['cosd', (x) => Math.cos((Math.PI * x) / 180)],
    ['sinc', (x) => Math.sin(x) / x],
    ['relu', (x) => Math.max(x, 0)],
    ['sigmoid', (x) => 1 / (1 + Math.exp(-x))],
    ['softplus', (x) => Math.log(1 + Math.exp(x))],
    ['heaviside', (x) => (x > 0 ? 1 : 0)],
  ])('offers for %s what has its value', (name, exact) => {
    const { remedy } = refusal(`${name}(x)`).details;
    expect(remedy).toMatch(/^write /);
    for (const [x, y] of [
      [0.3, 2],
      [1.7, -0.5],
    ]) {
      // A handful of rounded operations.
      const error = Math.abs(value(remedy.slice('write '.length), x, y) - exact(x, y));
      expect(error).toBeLessThanOrEqual(8 * Number.EPSILON * Math.max(1, Math.abs(exact(x, y))));
    }
  });

  it.each(['mod', 'floor', 'round', 'gamma', 'fix', 'tan2', 'sign2', 'step2', 'f'])(
    'offers nothing of another value for %s',
    (name) => {
      expect(refusal(`${name}(x)`).details.remedy).not.toContain('did you mean');
    },
  );

  it('names an unknown function', () => {
    expect(refusal('sinn(x)').code).toBe('unknown-function');
    expect(refusal('cosch(x)').details.remedy).toBe("did you mean 'cosh'?");
    expect(refusal('ln(x)').details.remedy).toBe("did you mean 'log'?");
    expect(refusal('gamma(x)').details.expected).toContain('normcdf');
    expect(refusal('import(x)').code).toBe('unknown-function');
  });
});
