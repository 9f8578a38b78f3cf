import { SaxesParser } from 'saxes';

/** What a picture says. */
export interface XmlText {
  /** Of every element that holds text, in order. */
  readonly texts: readonly string[];
  readonly attributes: readonly (readonly [element: string, name: string, value: string])[];
}

/**
 * Reads XML as the standard asks.
 *
 * @throws Error where it is not well-formed.
 */
export function strictXml(text: string): XmlText {
  const texts: string[] = [];
  const attributes: [string, string, string][] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('text', (part) => texts.push(part));
  parser.on('opentag', ({ name, attributes: of }) => {
    for (const { name: attribute, value } of Object.values(of)) attributes.push([name, attribute, value]);
  });
  parser.write(text).close();
  return { texts, attributes };
}

/** Labels that tear a picture apart where they enter it as they are. */
export const HOSTILE: readonly string[] = [
  'E |X|² < 1 & h > 0',
  '"quoted" \'twice\' `thrice`',
  '</text></svg><script>alert(1)</script><!-- ',
  ']]> <![CDATA[ <?xml version="1.0"?> &amp; &nope; &#0; &#xD800;',
  '\u0000\u0001\u0008\u000b\u001f\u007f\u0085',
  '\uD800 alone, \uDC00 alone, \uD83D\uDE00 together',
  '\uFFFE\uFFFF\u200B\u202E\u2028',
  "$& $1 $` $' $$",
  'plot-clip-1 url(#plot-clip-1) id="plot-clip-1"',
  ' onload="alert(1)" x="',
  'é̂ß 漢字 😀🏳️‍🌈',
];

/** The label as a picture may say it: � for what XML cannot hold. */
export const shown = (label: string): string =>
  label.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
