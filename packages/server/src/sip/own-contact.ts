/** Where the peer of a recording session reaches us: the address, port and protocol that its latest request came by. */
import { headerValues, parseAddress, type SipHeader, type SipRequest } from '@tacet/wire/sip';
import { recordingContact } from './capabilities.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';
import type { Protocol } from './way.ts';

export function contactOf(edge: RecordingEdge, recorded: RecordedDialog): SipHeader {
  const { localHost, way, isSips } = recorded;
  return recordingContact({
    host: localHost,
    port: edge.endpoint.portOf(way.protocol),
    protocol: way.protocol,
    isSips,
  });
}

function isSipsAddress(value: string | undefined): boolean {
  return /^sips:/i.test(parseAddress(value ?? '')?.uri ?? '');
}

/**
 * Whether our Contact has to be a SIPS address (RFC 3261 §12.1.1): the request was for one, or the last proxy that
 * stays on the path has one, or without such a proxy the peer itself.
 */
export function wantsSips(request: SipRequest, protocol: Protocol): boolean {
  if (protocol !== 'TLS') return false;
  if (/^sips:/i.test(request.uri)) return true;
  const [topRoute] = headerValues(request, 'Record-Route');
  return isSipsAddress(topRoute ?? headerValues(request, 'Contact')[0]);
}
