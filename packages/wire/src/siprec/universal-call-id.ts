/** The call ids of two vendors in the forms in which they are written: UCID of Avaya, GUID of Cisco. */

/** In user-to-user data an UCID is a field of its own: the mark FA, its length 08, and eight bytes. */
const ucidField = /^(?:00|04)?(?:[0-9a-f]{2})*?fa08([0-9a-f]{16})/i;

/** The twenty digits that reports show: node, number within the second, and second, of two, two and four bytes. */
function digitsOf(hex: string): string {
  const part = (from: number, to: number, digits: number): string =>
    String(Number.parseInt(hex.slice(from, to), 16)).padStart(digits, '0');
  return `${part(0, 4, 5)}${part(4, 8, 5)}${part(8, 16, 10)}`;
}

function forms(hex: string | undefined): readonly string[] {
  return hex === undefined ? [] : [hex.toUpperCase(), digitsOf(hex)];
}

/** The hex digits before any parameter. */
function dataOf(text: string): string {
  const data = text.slice(0, 512).split(';')[0]?.trim() ?? '';
  return /^(?:[0-9a-f]{2})+$/i.test(data) ? data : '';
}

/**
 * The UCID in user-to-user data, as sixteen hex digits and as the twenty digits that reports show. Only in its own field:
 * sixteen bare digits may be anything, a card number among it.
 */
export function ucidInUserData(text: string): readonly string[] {
  return forms(ucidField.exec(dataOf(text))?.[1]);
}

/** The other forms of a text that is said to be an UCID. */
export function ucidForms(text: string): readonly string[] {
  const data = dataOf(text);
  return data.length === 16 ? forms(data) : ucidInUserData(data);
}

/** A Cisco GUID of four decimal numbers as the 32 hex digits that call detail records show; undefined for other texts. */
export function guidHex(text: string): string | undefined {
  const parts = text.trim().split('-');
  const isGuid = parts.length === 4 && parts.every((part) => /^\d{1,10}$/.test(part) && Number(part) < 2 ** 32);
  return isGuid
    ? parts
        .map((part) => Number(part).toString(16).padStart(8, '0'))
        .join('')
        .toUpperCase()
    : undefined;
}
