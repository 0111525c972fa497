/** SIP over TLS (RFC 3261 §26.2): handshakes bounded in time and number, certificates checked and renewed while it runs. */
import { isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createServer,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls';
import type { HostPort } from '@tacet/wire/sip';
import type { SipCounts } from './counts.ts';
import { sipEdgeLimits } from './limits.ts';
import type { StreamCarrier } from './stream-carrier.ts';

/** Whether peers that connect to us show a certificate: never, if they have one, or always. */
export type TlsClients = 'off' | 'optional' | 'required';

/** PEM texts that were found to go together. */
export interface TlsCredentials {
  readonly certificate: string;
  readonly key: string;
  /** Who signs the certificates of peers; without it, those whom everybody trusts. */
  readonly authorities: string | undefined;
}

export interface SipTlsOptions {
  /** Port 0 takes a free one. */
  readonly listen: HostPort;
  readonly clients: TlsClients;
  readonly credentials: TlsCredentials;
}

export interface TlsCarrier extends StreamCarrier {
  /** New handshakes use these from now on; connections that stand are not touched. */
  renew(credentials: TlsCredentials): void;
}

function contextOf({ certificate, key, authorities }: TlsCredentials): SecureContextOptions {
  const ca = authorities === undefined ? {} : { ca: authorities };
  // RFC 8996: nothing older than 1.2 is spoken.
  return { cert: certificate, key, ...ca, minVersion: 'TLSv1.2' };
}

/**
 * The names in a certificate (RFC 5922 §7.1): SIP addresses without user and DNS names of the subject's alternatives,
 * and its common name only where there are none of these.
 */
export function certificateNames({ subject, subjectaltname }: Partial<PeerCertificate>): readonly string[] {
  const alternatives = (subjectaltname ?? '').split(', ').flatMap((entry) => {
    const name = /^(?:DNS:|URI:sips?:)([A-Za-z0-9_.-]+)$/i.exec(entry)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
  if (alternatives.length > 0) return alternatives;
  const { CN } = subject ?? {};
  return typeof CN === 'string' && CN !== '' ? [CN.toLowerCase()] : [];
}

function isOneOf(certificate: PeerCertificate, peerNames: readonly string[]): boolean {
  return certificateNames(certificate).some((name) => peerNames.includes(name));
}

/** A peer that had proved a name has to prove it again where we connect to it; another one has to be its host. */
function identityCheck(peerNames: readonly string[] | undefined) {
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    if (peerNames !== undefined && isOneOf(certificate, peerNames)) return undefined;
    return checkServerIdentity(host, certificate as DetailedPeerCertificate);
  };
}

export function tlsCarrier({ clients, credentials }: SipTlsOptions, counts: SipCounts): TlsCarrier {
  let current = credentials;
  let handshakeCount = 0;
  const server = createServer({
    ...contextOf(credentials),
    requestCert: clients !== 'off',
    rejectUnauthorized: clients === 'required',
    handshakeTimeout: sipEdgeLimits.handshakeMs,
    noDelay: true,
  });
  // Beneath TLS: a peer that opens connections and says nothing must not keep out those that do.
  server.on('connection', (socket: Socket) => {
    handshakeCount += 1;
    if (handshakeCount <= sipEdgeLimits.handshakesMax) return;
    counts.connectionsCut += 1;
    socket.destroy();
  });
  server.on('secureConnection', () => {
    handshakeCount -= 1;
  });
  server.on('tlsClientError', (_error, socket) => {
    // One that took too long still stands here.
    socket.destroy();
    handshakeCount -= 1;
    counts.handshakesFailed += 1;
  });
  return {
    protocol: 'TLS',
    server,
    onSocket: (listener) => server.on('secureConnection', listener),
    connect: ({ host, port }, peerNames) => {
      const name = isIP(host) === 0 ? { servername: host } : {};
      const checkServer = { checkServerIdentity: identityCheck(peerNames) };
      return {
        socket: connect({ ...contextOf(current), ...name, ...checkServer, host, port }),
        isReady: 'secureConnect',
      };
    },
    namesOf: (socket) =>
      socket instanceof TLSSocket && socket.authorized ? certificateNames(socket.getPeerCertificate()) : [],
    renew: (next) => {
      server.setSecureContext(contextOf(next));
      current = next;
    },
  };
}
