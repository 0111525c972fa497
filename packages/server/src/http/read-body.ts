/** Reads request bodies: bounded, and JSON or nothing. */
import type { IncomingMessage } from 'node:http';
import { Fault, limits } from '@tacet/domain';
import { EdgeFault } from './edge-fault.ts';
import { httpLimits } from './http-limits.ts';
import { isWithinShape } from './nesting.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

function tooLarge(maximum: number): EdgeFault {
  return new EdgeFault('bodyTooLarge', { maximum });
}

/**
 * Collects a body up to the limit. What goes beyond it is thrown away for a while before the caller is refused: somebody
 * who is still sending when the connection closes would never see the answer.
 */
async function collect(request: IncomingMessage, maximum: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection stays, for the answer, when the loop ends early.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes <= maximum) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > maximum + httpLimits.discardedBytesMax) throw tooLarge(maximum);
  }
  if (bytes > maximum) throw tooLarge(maximum);
  return Buffer.concat(chunks);
}

function isJson(contentType: string | undefined): boolean {
  // A caller that names no type means JSON: there is nothing else here to mean.
  return contentType === undefined || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType.trim());
}

/** A member of this name would become the prototype of whatever it is copied into with care for nothing. */
const poison = '__proto__';

function parse(text: string): unknown {
  // Written with escapes it is not seen in the text.
  const mayHoldPoison = text.includes(poison) || text.includes('\\u');
  if (!mayHoldPoison) return JSON.parse(text);
  // Rule: a member that names the prototype is left out, wherever it stands
  return JSON.parse(text, (name, value: unknown) => (name === poison ? undefined : value));
}

/**
 * The body as it comes, up to `maximum` bytes.
 * @throws EdgeFault bodyTooLarge, Fault bodyMalformed where it broke off.
 */
export async function readBytes(request: IncomingMessage, maximum: number): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maximum + httpLimits.discardedBytesMax) throw tooLarge(maximum);
  return collect(request, maximum).catch((error: unknown) => {
    throw error instanceof EdgeFault ? error : new Fault('bodyMalformed', {}, error);
  });
}

/**
 * The body as JSON, `undefined` when there is none. Clients of the contract name a content type with empty bodies too,
 * so it is looked at only where something follows.
 * @throws EdgeFault bodyTooLarge or contentTypeUnsupported, Fault bodyMalformed.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers;
  const bytes = await readBytes(request, limits.requestBodyBytesMax);
  if (bytes.length === 0) return undefined;
  if (!isJson(type) || (encoding ?? 'identity').trim().toLowerCase() !== 'identity')
    throw new EdgeFault('contentTypeUnsupported');
  if (!isWithinShape(bytes)) throw new Fault('bodyMalformed');
  try {
    return parse(decoder.decode(bytes));
  } catch {
    // The error of the parser quotes the body, which nobody may see in a log.
    throw new Fault('bodyMalformed');
  }
}

/** @throws Fault bodyMalformed when the body is missing, or a bare value. */
export function objectOrList(body: unknown): object {
  if (typeof body !== 'object' || body === null) throw new Fault('bodyMalformed');
  return body;
}
