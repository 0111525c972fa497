/** What we are able to do as a recording server, as headers say it (RFC 3261 §11.2, RFC 7866 §6, §9). */
import type { SipHeader } from '@tacet/wire/sip';
import { hostInUri } from './host-text.ts';
import type { Abilities } from './request-checks.ts';
import type { Protocol } from './way.ts';

export const recordingAbilities: Abilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'INFO'],
  optionTags: ['siprec', 'timer'],
};

export const allow: SipHeader = { name: 'Allow', value: recordingAbilities.methods.join(', ') };

export const supported: SipHeader = { name: 'Supported', value: recordingAbilities.optionTags.join(', ') };

/** Bodies that we read. The name without its suffix is seen in the field beside the registered one (RFC 7865 §12). */
export const accept: SipHeader = {
  name: 'Accept',
  value: 'application/sdp, application/rs-metadata+xml, application/rs-metadata, multipart/mixed',
};

/** Encodings of bodies that we read: none. */
export const acceptEncoding: SipHeader = { name: 'Accept-Encoding', value: 'identity' };

export interface OwnPlace {
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Whether each hop to it has to be secured (RFC 3261 §26.2.2). */
  readonly isSips: boolean;
}

const transports: { readonly [protocol in Protocol]: string } = {
  UDP: '',
  TCP: ';transport=tcp',
  TLS: ';transport=tls',
};

/** Where we take requests of a recording session; the feature tag says that this is an SRS (RFC 7866 §6.2). */
export function recordingContact({ host, port, protocol, isSips }: OwnPlace): SipHeader {
  // RFC 5630 §5.1: with a SIPS address the transport is TCP below TLS, and goes without saying.
  const uri = `${isSips ? 'sips' : 'sip'}:${hostInUri(host)}:${port}${isSips ? '' : transports[protocol]}`;
  return { name: 'Contact', value: `<${uri}>;+sip.srs` };
}
