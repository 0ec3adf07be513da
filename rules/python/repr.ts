/** A float as Python prints it: `1.0`, `1e-05`, `1e+16`, `100000000.0`. Both languages print the shortest digits that read back alike. */
export function pythonRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const power = exponent.replace(/^([+-])(\d)$/, '$10$2');
    return `${digits}e${power}`;
  }
  const text = value.toString();
  const plain = text.includes('e') ? fromExponent(text) : text;
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** JavaScript turns to exponents below 1e-6; Python below 1e-4, which is dealt with above. */
function fromExponent(text: string): string {
  return BigInt(Number(text)).toString();
}
