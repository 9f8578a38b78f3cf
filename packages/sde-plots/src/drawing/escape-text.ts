/** What XML cannot hold, as itself or as a reference: control characters, halves of surrogate pairs, two that are no characters. */
const NO_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Text as XML and HTML take it, between tags and in attributes. */
export function escapeText(text: string): string {
  return allowed(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Text with � for what XML cannot hold. */
export function allowed(text: string): string {
  return text.replace(NO_XML, '\uFFFD');
}
