import { SdeError } from '../errors/sde-error.js';
import type { Parser } from './syntax.js';

let parser: Parser | undefined;

/** mathjs's parser where there is Node: loaded when the first formula is parsed, since it takes a third of a second. Without a static `node:` import. */
export function mathjsParser(where: string): Parser {
  parser ??= load(where);
  return parser;
}

function load(where: string): Parser {
  const modules = globalThis.process?.getBuiltinModule?.('node:module');
  if (!modules) {
    throw new SdeError('unsupported', {
      what: 'formulas are parsed by mathjs, which cannot be loaded here',
      where,
      expected:
        'Node.js ≥ 20.16, or a bundler or an import map that takes the default of the import #mathjs and not that for Node',
      got: 'a runtime without process.getBuiltinModule',
      remedy: "leave 'node' out of the conditions that packages are resolved with",
    });
  }
  const require = modules.createRequire(import.meta.url);
  return (require('mathjs/number') as { parse: Parser }).parse;
}
