/** IP addresses as the bytes that they are. */

function fourBytes(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const bytes = parts.map((part) => (/^[0-9]{1,3}$/.test(part) ? Number(part) : 256));
  return parts.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function groupBytes(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  for (const group of text.split(':')) {
    const four = group.includes('.') ? fourBytes(group) : undefined;
    if (four === undefined && !/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(...(four ?? [value >> 8, value & 0xff]));
  }
  return bytes;
}

/** The 4 or 16 bytes of an address (RFC 4291 §2.2); undefined when the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(':')) {
    const four = fourBytes(text);
    return four === undefined ? undefined : Uint8Array.from(four);
  }
  const [left = '', right, ...more] = text.split('::');
  const head = groupBytes(left);
  const tail = right === undefined ? [] : groupBytes(right);
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const zeros = 16 - head.length - tail.length;
  if (right === undefined ? zeros !== 0 : zeros < 2) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(zeros).fill(0), ...tail]);
}
