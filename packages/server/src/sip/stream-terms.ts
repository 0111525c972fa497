/** How an offered stream will come: where from, under which keys, and where its RTCP goes. */
import { isIP } from 'node:net';
import type { CaptureRequest } from '@tacet/domain';
import type { OfferedStream } from '@tacet/wire/sdp';

export type OfferedTerms = Pick<CaptureRequest, 'srtp' | 'from' | 'rtcp'>;

/** Reasons for which a line is refused that say more than that we do not know its codec. */
const tellingReasons: readonly string[] = ['srtpOff', 'srtpRequired', 'cryptoUnknown'];

export function termsOf({ crypto, from }: OfferedStream & { readonly isAcceptable: true }): OfferedTerms {
  const { address = '', port, hasRtcpMux } = from;
  // A name, or the placeholder of a stream on hold, is nothing to compare a datagram's origin with.
  const isComparable = isIP(address) !== 0 && !/^[0.:]+$/.test(address);
  return {
    rtcp: hasRtcpMux ? 'mux' : 'own',
    ...(isComparable ? { from: { address, port } } : {}),
    ...(crypto === undefined ? {} : { srtp: { suite: crypto.suite.name, keys: crypto.keys } }),
  };
}

/** Why none of the lines is taken, where SRTP is the reason. */
export function srtpObstacle(lines: readonly OfferedStream[]): string | undefined {
  for (const line of lines) if (!line.isAcceptable && tellingReasons.includes(line.reason)) return line.reason;
  return undefined;
}
