/** What is asked of an element of a drawing. */
interface Drawn {
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelectorAll(selector: string): Iterable<Drawn>;
}

/** What XML cannot hold, as itself or as a reference: control characters, halves of surrogate pairs, two that are no characters. */
const NO_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/**
 * A drawing as text that every XML parser reads, with its title for who cannot see it; what XML cannot hold becomes �.
 *
 * @param name - Begins the ids of its clip paths, which the library numbers a process.
 */
export function svgText(svg: Drawn, title: string, name: string): string {
  const ids = new Map<string, string>();
  for (const path of svg.querySelectorAll('clipPath')) {
    const id = path.getAttribute('id') ?? '';
    ids.set(`url(#${id})`, `${name}-clip-${ids.size + 1}`);
    path.setAttribute('id', `${name}-clip-${ids.size}`);
  }
  for (const clipped of svg.querySelectorAll('[clip-path]')) {
    const id = ids.get(clipped.getAttribute('clip-path') ?? '');
    if (id !== undefined) clipped.setAttribute('clip-path', `url(#${id})`);
  }
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // The library that writes the elements escapes text, and of attributes only the quotation marks.
  svg.setAttribute('aria-label', title.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'));
  return svg.outerHTML.replace(NO_XML, '\uFFFD');
}
