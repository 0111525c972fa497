/** A source that knows a secret: reads challenges and writes what proves it. */
import { type DigestAlgorithm, digestHash, digestResponse, headerValues, type SipMessage } from '@tacet/wire/sip';

export interface Secret {
  readonly username: string;
  readonly secret: string;
}

/** The parameters of a challenge, by algorithm. */
export function challengesIn(message: SipMessage): ReadonlyMap<string, string> {
  const challenges = headerValues(message, 'WWW-Authenticate');
  return new Map(challenges.map((text) => [/algorithm=([^,]+)/.exec(text)?.[1] ?? '', text]));
}

/** The header line that answers a challenge of ours for this method. */
export function authorization(
  challenge: SipMessage,
  { username, secret }: Secret,
  more: { readonly method: string; readonly algorithm?: DigestAlgorithm; readonly count?: number },
): string {
  const { method, algorithm = 'SHA-256', count = 1 } = more;
  const text = challengesIn(challenge).get(algorithm) ?? '';
  const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? '';
  const nc = count.toString(16).padStart(8, '0');
  const proof = { username, realm: 'tacet', nonce, uri: 'sip:recorder', algorithm, cnonce: 'c', nc, nonceCount: count };
  const response = digestResponse(proof, method, digestHash(algorithm, username, 'tacet', secret));
  const words = `username="${username}", realm="tacet", nonce="${nonce}", uri="sip:recorder", response="${response}"`;
  return `Authorization: Digest ${words}, algorithm=${algorithm}, cnonce="c", nc=${nc}, qop=auth`;
}
