/** Finds the two parts of a SIPREC body that matter: the session description and the metadata (RFC 7866 §9.1). */

import { found, type Result } from '../result.ts';
import { readHeaderValue } from './content-type.ts';
import { type BodyPart, type MultipartFaultCode, partHeader, splitMultipart } from './multipart.ts';

/** Bytes of the two parts, as views. Either may be absent: an update may carry only one of them. */
export interface RecordingBody {
  readonly description: Uint8Array | undefined;
  readonly metadata: Uint8Array | undefined;
}

/** The registered type and the ones seen without its suffix (RFC 7865 §12). */
const metadataTypes: readonly string[] = ['application/rs-metadata+xml', 'application/rs-metadata'];

/**
 * Picks the parts out of a SIP body by its Content-Type value: a lone SDP or metadata body, or a multipart of them.
 * The first part of a kind counts. A metadata part is known by its type, or by the disposition `recording-session`
 * where the type was mangled on the way. Other content gives neither part and is no fault.
 */
export function readRecordingBody(contentType: string, body: Uint8Array): Result<RecordingBody, MultipartFaultCode> {
  const { kind } = readHeaderValue(contentType);
  if (!kind.startsWith('multipart/')) {
    return found({
      description: kind === 'application/sdp' ? body : undefined,
      metadata: metadataTypes.includes(kind) ? body : undefined,
    });
  }
  const split = splitMultipart(contentType, body);
  if (!split.ok) return split;
  const { parts } = split.value;
  return found({ description: parts.find(isDescription)?.body, metadata: parts.find(isMetadata)?.body });
}

function isDescription(part: BodyPart): boolean {
  return kindOf(part, 'content-type') === 'application/sdp';
}

function isMetadata(part: BodyPart): boolean {
  if (metadataTypes.includes(kindOf(part, 'content-type'))) return true;
  return kindOf(part, 'content-disposition') === 'recording-session' && !isDescription(part);
}

function kindOf(part: BodyPart, name: string): string {
  return readHeaderValue(partHeader(part, name) ?? '').kind;
}
