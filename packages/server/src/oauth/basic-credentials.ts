/** The `Authorization: Basic` header of token requests, as official clients really send it. */

/**
 * RFC 6749 §2.3.1 wants id and secret form-encoded before base64; the published SDKs do not encode them. This writes
 * the header anew as if whatever came was meant literally, so that a decoder after it gives back exactly what was sent.
 * A header that is not `Basic` with a colon inside is left alone for that decoder to refuse.
 */
export function literalBasic(header: string): string {
  const text = textOf(header) ?? '';
  const colon = text.indexOf(':');
  if (colon === -1) return header;
  const literal = `${encodeURIComponent(text.slice(0, colon))}:${encodeURIComponent(text.slice(colon + 1))}`;
  return `Basic ${Buffer.from(literal, 'utf8').toString('base64')}`;
}

/** Whether a header names a client and shows no secret: so the contract's command line redeems codes with PKCE. */
export function hasEmptySecret(header: string): boolean {
  return /^[^:]+:$/.test(textOf(header) ?? '');
}

/** What is encoded in a `Basic` header. */
function textOf(header: string): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/** What a client may have meant by a secret: the secret itself or, from strict clients, its form-encoded text. */
export function possibleSecrets(sent: string): readonly string[] {
  if (!/[%+]/.test(sent)) return [sent];
  try {
    const decoded = decodeURIComponent(sent.replaceAll('+', '%20'));
    return decoded === sent ? [sent] : [sent, decoded];
  } catch {
    return [sent];
  }
}
