/** The cells of the matrix: each codec over each transport. */
import { type CallCodec, callCodecs } from '../../packages/server/src/demo/call-codecs.ts';

export interface MatrixTransport {
  readonly name: string;
  readonly sip: 'udp' | 'tcp' | 'tls';
  /** The crypto suite; RTP in the clear when left out. */
  readonly suite?: string;
}

const transports: readonly MatrixTransport[] = [
  { name: 'SIP over UDP with RTP', sip: 'udp' },
  { name: 'SIP over TCP with RTP', sip: 'tcp' },
  { name: 'SIP over TLS with SRTP by AES_CM_128_HMAC_SHA1_80', sip: 'tls', suite: 'AES_CM_128_HMAC_SHA1_80' },
  { name: 'SIP over TLS with SRTP by AEAD_AES_256_GCM', sip: 'tls', suite: 'AEAD_AES_256_GCM' },
];

export interface Cell {
  readonly codec: CallCodec;
  readonly transport: MatrixTransport;
  /** What the marks of the caller's and the agent's stream begin with. */
  readonly marks: readonly [number, number];
}

export const cells: readonly Cell[] = (Object.keys(callCodecs) as readonly CallCodec[]).flatMap((codec, row) =>
  transports.map((transport, column): Cell => {
    const first = 1 + 2 * (row * transports.length + column);
    return { codec, transport, marks: [first, first + 1] };
  }),
);

export function titleOf({ codec, transport }: Cell): string {
  return `${codec}, ${transport.name}`;
}
