/** The body of a request of a recording session: session description and metadata, where they can be made out. */
import { Fault } from '@tacet/domain';
import { parseDescription, type SessionDescription as SdpDescription } from '@tacet/wire/sdp';
import { headerValue, type SipRequest } from '@tacet/wire/sip';
import { type RecordingMetadata, readHeaderValue, readMetadata, readRecordingBody } from '@tacet/wire/siprec';
import type { Refusal } from './answers.ts';
import { accept, acceptEncoding } from './capabilities.ts';

export interface RecordingOffer {
  readonly description: SdpDescription | undefined;
  /** Absent where there was none, or none that could be read. */
  readonly metadata: RecordingMetadata | undefined;
  /** Where metadata was there and could not be read: why, by place and code, never its text. */
  readonly metadataFault: string | undefined;
}

const nothing: RecordingOffer = { description: undefined, metadata: undefined, metadataFault: undefined };

const metadataKinds: readonly string[] = ['application/rs-metadata+xml', 'application/rs-metadata'];

function contentKind(request: SipRequest): string {
  return readHeaderValue(headerValue(request, 'Content-Type') ?? '').kind;
}

/** Whether the body is metadata and nothing else, as INFO carries it. */
export function isMetadataAlone(request: SipRequest): boolean {
  return metadataKinds.includes(contentKind(request));
}

/** A body of a type or an encoding that we do not read (RFC 3261 §8.2.3), or undefined. */
export function unreadableBody(request: SipRequest): Refusal | undefined {
  if (request.body.length === 0) return undefined;
  const encoding = headerValue(request, 'Content-Encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return { status: 415, headers: [acceptEncoding] };
  const kind = contentKind(request);
  const isKnown = kind.startsWith('multipart/') || kind === 'application/sdp' || metadataKinds.includes(kind);
  return isKnown ? undefined : { status: 415, headers: [accept] };
}

/**
 * Reads the body. Metadata that cannot be read is no reason to lose a recording and is only told of; a session
 * description that cannot be read leaves nothing to record.
 * @throws Fault bodyMalformed, with the part in its facts.
 */
export function readOffer(request: SipRequest): RecordingOffer {
  if (request.body.length === 0) return nothing;
  const body = readRecordingBody(headerValue(request, 'Content-Type') ?? '', request.body);
  if (!body.ok) throw new Fault('bodyMalformed', { part: 'multipart', detail: body.fault.code });
  const { description, metadata } = body.value;
  const readDescription = description === undefined ? undefined : parseDescription(description);
  if (readDescription !== undefined && !readDescription.ok) {
    const { code, detail } = readDescription.fault;
    throw new Fault('bodyMalformed', { part: 'description', detail: `${code} at ${detail}` });
  }
  const read = metadata === undefined ? undefined : readMetadata(metadata);
  return {
    description: readDescription?.value,
    metadata: read?.ok === true ? read.value : undefined,
    metadataFault: read?.ok === false ? `${read.fault.code}: ${read.fault.detail}` : undefined,
  };
}
