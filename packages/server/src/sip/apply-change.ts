/** A new offer, new metadata or both are carried out: the recording is told first, then the dialog remembers. */
import { Fault } from '@tacet/domain';
import { type SessionDescription as SdpDescription, writeDescription } from '@tacet/wire/sdp';
import { applyMetadata, type RecordingMetadata } from '@tacet/wire/siprec';
import { updateRecordingSession } from '../control/index.ts';
import { nextAnswer } from './compose-answer.ts';
import { describeSession } from './describe-session.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import type { RecordingOffer } from './read-offer.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { type RecordingEdge, sourceAsks } from './recording-edge.ts';

function merged(recorded: RecordedDialog, update: RecordingMetadata | undefined): RecordingMetadata | undefined {
  if (update === undefined) return recorded.metadata;
  const result = applyMetadata(recorded.metadata, update);
  if (!result.ok) throw new Fault('bodyMalformed', { part: 'metadata', detail: result.fault.code });
  return result.value;
}

/**
 * Brings the recording up to date. A refresh that changes nothing does not reach it. When it fails, the recording
 * session goes on as it was (RFC 3261 §14.2).
 * @throws Fault offerUnacceptable, bodyMalformed, portsExhausted, storageUnavailable or mediaUnavailable.
 */
export async function applyChange(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  offered: RecordingOffer,
  incoming: IncomingRequest,
): Promise<void> {
  const { recordingId, conversationId } = recorded;
  if (offered.metadataFault !== undefined) {
    edge.log.warn('metadataUnreadable', { conversationId, recordingId, metadataFault: offered.metadataFault });
  }
  const offer: SdpDescription = offered.description ?? recorded.offer;
  const isSameOffer = writeDescription(offer) === writeDescription(recorded.offer);
  if (isSameOffer && offered.metadata === undefined) return;
  const metadata = merged(recorded, offered.metadata);
  const { described, labels } = describeSession(offer, metadata);
  // All lines at port 0 end the streams and keep the dialog; lines that are wanted and of no use to us are refused.
  const isWanted = offer.media.some(({ port }) => port !== 0);
  if (isWanted && described.streams.length === 0) throw new Fault('offerUnacceptable');
  const asked = sourceAsks(edge, incoming);
  const { streams } = await updateRecordingSession(edge.control, { recordingId, described, asked });
  recorded.metadata = metadata;
  recorded.offer = offer;
  recorded.labels = labels;
  const basis = { offer, labels, streams, address: recorded.localHost };
  recorded.answer = nextAnswer(basis, recorded.answer);
  edge.log.info('recordingSessionChanged', { conversationId, recordingId, streams: streams.length });
}
