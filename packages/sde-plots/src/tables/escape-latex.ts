/** What LaTeX takes for more than itself, and what it has no glyph for in text. */
const MEANINGS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '±': '$\\pm$',
  '−': '$-$',
  '→': '$\\to$',
  '√': '$\\surd$',
  '·': '$\\cdot$',
  '²': '$^2$',
  '³': '$^3$',
};

/** A number as it is printed, whole: −1.25e-3. */
const NUMBER = /(?<![\w.^])[-−]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.])/gi;

/** Text as LaTeX takes it: numbers in mathematics where they have a sign or a power of ten, all else escaped; control characters are left out. */
export function escapeLatex(text: string): string {
  let [out, from] = ['', 0];
  for (const match of text.matchAll(NUMBER)) {
    out += plain(text.slice(from, match.index)) + mathematics(match[0]);
    from = match.index + match[0].length;
  }
  return out + plain(text.slice(from));
}

const plain = (text: string): string =>
  // Line ends become blanks: an empty line would begin a paragraph.
  text
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replace(/[\\{}$&#%_^~<>|"±−→√·²³]/g, (character) => MEANINGS[character]);

function mathematics(number: string): string {
  const [mantissa, exponent] = number.replace('−', '-').toLowerCase().split('e');
  if (exponent === undefined) return mantissa.startsWith('-') ? `$${mantissa}$` : mantissa;
  return `$${mantissa}\\cdot10^{${Number(exponent)}}$`;
}
