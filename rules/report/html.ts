/** Text that is HTML already. */
export type Html = { readonly html: string };

/** Values are text, and stand as text, but what is HTML already, and lists of that. The indentation of the template is no part of it. */
export const html = (pieces: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html => ({
  html: pieces.map((piece, index) => piece.replaceAll(/\n\s+/g, '\n') + (index < values.length ? shown(values[index] ?? '') : '')).join(''),
});

function shown(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return 'html' in value ? value.html : value.map((each) => each.html).join('\n');
}
