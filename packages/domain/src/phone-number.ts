/** Telephone numbers, told apart whatever they are written in: a number alone, `tel:` (RFC 3966) or `sip:`. */

/** The digits of an address that is a telephone number; `undefined` for any other. */
export function digitsOf(address: string): string | undefined {
  const user = address
    .trim()
    .replace(/^(sips?|tel):/i, '')
    .replace(/[@;].*$/s, '')
    .replace(/[\s().-]/g, '');
  return /^\+?\d{3,}$/.test(user) ? user.replace('+', '') : undefined;
}

export function isSameNumber(one: string, other: string): boolean {
  const digits = digitsOf(one);
  return digits !== undefined && digits === digitsOf(other);
}
