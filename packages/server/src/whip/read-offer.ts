/** The offer in the body of a request, bounded before anything looks at it. */
import type { IncomingMessage } from 'node:http';
import { whipLimits } from './limits.ts';

/** @returns the offer, or the status with which it is refused. */
export async function readOffer(request: IncomingMessage): Promise<string | 400 | 413 | 415> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/sdp') return 415;
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    // Rule: an offer that is too long is refused before all of it was read
    if (length > whipLimits.sdpBytesMax) return 413;
    pieces.push(piece);
  }
  return checkedOffer(Buffer.concat(pieces).toString('utf8'));
}

/** @returns the offer where it looks like one, and describes no more than may be. */
function checkedOffer(offer: string): string | 400 {
  const mediaLines = offer.match(/^m=/gm)?.length ?? 0;
  const isOffer = offer.startsWith('v=0') && mediaLines > 0 && mediaLines <= whipLimits.mediaLinesMax;
  return isOffer ? offer : 400;
}
