/** Bodies kept in files: their boundary is in the first line of dashes that a part's headers follow. */

/** @throws Error when nothing looks like the beginning of a part. */
export function boundaryOf(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/);
  const place = lines.findIndex((line, at) => /^--\S+\s*$/.test(line) && /^Content-/i.test(lines[at + 1] ?? ''));
  const boundary = lines[place]?.trim().slice(2);
  if (boundary === undefined) throw new Error('the body has no parts');
  return boundary;
}
