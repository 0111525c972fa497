/** `Range` of a request (RFC 9110 §14.2): one range of bytes, or the whole. */

/** Half-open: `from` belongs to it, `to` does not. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The range to answer with 206, `'unsatisfiable'` for 416, or `undefined` for all of it: a server may ignore what it
 * does not understand, and several ranges at once.
 * @param header value of `Range`
 */
export function byteRangeOf(header: string | undefined, lengthBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const from = Math.max(0, lengthBytes - Number(last));
    return from < lengthBytes ? { from, to: lengthBytes } : 'unsatisfiable';
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  const to = last === '' ? lengthBytes : Math.min(lengthBytes, Number(last) + 1);
  return from < to ? { from, to } : 'unsatisfiable';
}
