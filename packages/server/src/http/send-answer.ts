/** Writes an answer onto the connection. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '@tacet/domain';
import type { FastifyReply } from 'fastify';
import type { Answer, AnswerBytes } from './door.ts';

/** Passes bytes on while they are as many as was promised. */
async function* exactly(source: AsyncIterable<Uint8Array>, lengthBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > lengthBytes) break;
    yield chunk;
  }
  if (bytes !== lengthBytes) throw new Fault('recordingDamaged', { lengthBytes });
}

/**
 * Sends bytes no faster than the caller takes them. When something is wrong with them the connection is cut: the caller
 * sees that the media is incomplete, and gets nothing that was not verified.
 */
async function sendBytes(
  reply: FastifyReply,
  { lengthBytes, read }: AnswerBytes,
  headers: { readonly [name: string]: string },
  report: (error: Error) => void,
): Promise<void> {
  const { raw } = reply.hijack();
  raw.writeHead(reply.statusCode, { ...headers, 'content-length': lengthBytes });
  if (read === undefined) {
    raw.end();
    return;
  }
  try {
    await pipeline(Readable.from(exactly(read(), lengthBytes), { objectMode: false }), raw);
  } catch (error) {
    raw.destroy();
    // A caller that hangs up in the middle has heard enough; that is nobody's fault.
    if (error instanceof Fault) report(error);
  }
}

/** Resolves when the answer is written, or when its connection is gone. */
export async function sendAnswer(
  reply: FastifyReply,
  { status, headers = {}, json, bytes }: Answer,
  report: (error: Error) => void,
): Promise<void> {
  reply.code(status);
  if (bytes !== undefined) {
    await sendBytes(reply, bytes, headers, report);
    return;
  }
  reply.headers(headers);
  if (json === undefined) {
    await reply.send();
    return;
  }
  // Bytes, because the framework would add a charset to the type of a text: the contract's answers have none.
  await reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(json)));
}
