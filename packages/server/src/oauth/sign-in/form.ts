/** Forms of the sign-in pages: read within bounds, and taken only from our own pages. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { signInLimits } from './sign-in-limits.ts';

/** @returns `undefined` for what is no form, or too large for one of ours. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > signInLimits.formBytesMax) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** Proofs that a form is from a page that we showed to the same browser. */
export class FormTokens {
  /** Forms that were open over a restart are refused, and the page is shown again. */
  readonly #key = randomBytes(32);

  /** @param uid of the request for the sign-in, which the browser shows us in a cookie of its own. */
  tokenOf(uid: string): string {
    return createHmac('sha256', this.#key).update(uid, 'utf8').digest('base64url');
  }

  isRight(uid: string, token: string | null): boolean {
    const expected = Buffer.from(this.tokenOf(uid));
    const actual = Buffer.from(token ?? '');
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }
}
