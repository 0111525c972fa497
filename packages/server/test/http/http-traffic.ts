/** Reads the answers that came over one connection, as far as RFC 9112 lets them be told apart. */

export interface RawAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether the answer has no body whatever its headers say: to HEAD, or by its status. */
  readonly isBodiless: boolean;
}

function headersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
}

/** @param sent the bytes that were answered: whether an answer is one to HEAD is known from them alone. */
export function answersIn(received: Buffer, sent: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  const isToHead = sent.toString('latin1').includes('HEAD');
  let rest = received;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) throw new Error(`no end of headers in ${rest.toString('latin1', 0, 200)}`);
    const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`no status in ${first}`);
    const headers = headersIn(lines);
    const length = Number(headers.get('content-length') ?? 0);
    const after = rest.subarray(end + 4);
    // The next thing after an answer to HEAD is another answer, or nothing.
    const isHead = isToHead && (after.length === 0 || after.toString('latin1', 0, 5) === 'HTTP/');
    const isBodiless = status < 200 || status === 204 || isHead;
    const bytes = isBodiless ? 0 : length;
    answers.push({ status, headers, body: after.toString('utf8', 0, bytes), isBodiless });
    rest = after.subarray(bytes);
  }
  return answers;
}
