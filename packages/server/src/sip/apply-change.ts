/** A new offer, new metadata or both are carried out: the recording is told first, then the dialog remembers. */
import { type Asked, Fault, type RequestId } from '@tacet/domain';
import { type MediaDescription, type SessionDescription as SdpDescription, writeDescription } from '@tacet/wire/sdp';
import type { SipHeader } from '@tacet/wire/sip';
import { applyMetadata, externalIdsOfHeaders, type RecordingMetadata } from '@tacet/wire/siprec';
import { settleSource, updateRecordingSession } from '../control/index.ts';
import { renewAnswer } from './compose-answer.ts';
import { describeSession } from './describe-session.ts';
import { judgeKeys } from './keys-in-clear.ts';
import type { RecordingOffer } from './read-offer.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { noteFailure, type RecordingEdge } from './recording-edge.ts';

function merged(recorded: RecordedDialog, update: RecordingMetadata | undefined): RecordingMetadata | undefined {
  if (update === undefined) return recorded.metadata;
  const result = applyMetadata(recorded.metadata, update);
  if (!result.ok) throw new Fault('bodyMalformed', { part: 'metadata', detail: result.fault.code });
  return result.value;
}

function isPausedBySource({ control }: RecordingEdge, { recordingId }: RecordedDialog): boolean {
  const recording = control.live.ofRecording(recordingId)?.recordings.get(recordingId);
  return recording?.sourceCauses?.includes('sourcePause') === true;
}

/** Who says what is offered, and the headers it came with. */
export interface Said {
  readonly asked: Asked;
  readonly headers: readonly SipHeader[];
}

/**
 * Brings the recording up to date. A refresh that changes nothing does not reach it. When it fails, the recording
 * session goes on as it was (RFC 3261 §14.2). Where the source pauses, this resolves when the gates are shut and that is
 * durable: the answer may be late, but it is true.
 * @throws Fault offerUnacceptable, bodyMalformed, portsExhausted, storageUnavailable, mediaUnavailable or
 *   gateUnconfirmed.
 */
export async function applyChange(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  offered: RecordingOffer,
  { asked, headers }: Said,
): Promise<void> {
  const { recordingId, conversationId } = recorded;
  const { control } = edge;
  if (offered.metadataFault !== undefined) {
    edge.log.warn('metadataUnreadable', { conversationId, recordingId, metadataFault: offered.metadataFault });
  }
  const offer: SdpDescription = offered.description ?? recorded.offer;
  const isSameOffer = writeDescription(offer) === writeDescription(recorded.offer);
  if (isSameOffer && offered.metadata === undefined) {
    await settleSource(control, recordingId, asked);
    if (offered.description !== undefined) renewAnswer(edge, recorded);
    return;
  }
  const metadata = merged(recorded, offered.metadata);
  const { described, labels, obstacle } = describeSession(offer, {
    metadata,
    headerIds: externalIdsOfHeaders(headers),
    isUser: (address) => control.userBySipAddress(address) !== undefined,
    // A pause that the source had begun before is not ended by what it leaves as it was.
    isSilencedByUs: recorded.isSilenced && !isPausedBySource(edge, recorded),
    srtp: recorded.trunk.srtp,
    dtmf: recorded.trunk.dtmf,
  });
  // All lines at port 0 end the streams and keep the dialog; lines that are wanted and of no use to us are refused.
  const isWanted = offer.media.some(({ port }) => port !== 0);
  if (isWanted && described.streams.length === 0) throw new Fault('offerUnacceptable', { what: obstacle ?? 'codec' });
  judgeKeys(edge, described, recorded.way, recorded.trunk);
  const { streams } = await updateRecordingSession(control, { recordingId, described, asked });
  recorded.metadata = metadata;
  recorded.offer = offer;
  recorded.labels = labels;
  recorded.streams = streams;
  if (offered.description !== undefined) renewAnswer(edge, recorded);
  edge.log.info('recordingSessionChanged', { conversationId, recordingId, streams: streams.length });
}

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** The line as it was offered, but sent or not sent as an answer of the same source says. */
function withWord(line: MediaDescription, answered: MediaDescription | undefined): MediaDescription {
  if (answered === undefined) return line;
  // Under which key it sends is said anew as well, where it is said.
  const hasKeys = answered.attributes.some(({ name }) => name === 'crypto');
  const isSaid = ({ name }: { readonly name: string }) => directions.includes(name) || (hasKeys && name === 'crypto');
  const said = answered.attributes.filter(isSaid);
  const others = line.attributes.filter((attribute) => !isSaid(attribute));
  return { ...line, port: answered.port === 0 ? 0 : line.port, attributes: [...others, ...said] };
}

/**
 * A source that we had asked to send nothing may send again, and says whether it does: if not, that is a pause of its
 * own; never throws.
 */
export async function takeWord(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  description: SdpDescription,
): Promise<void> {
  const media = recorded.offer.media.map((line, place) => withWord(line, description.media[place]));
  const offered = { description: { ...recorded.offer, media }, metadata: undefined, metadataFault: undefined };
  const requestId = edge.control.ids.next<RequestId>();
  const asked: Asked = { clientId: 'sip', name: 'SRC', from: recorded.way.remote.host, door: 'SIP answer', requestId };
  recorded.exchange = 'answering';
  try {
    await applyChange(edge, recorded, offered, { asked, headers: [] });
  } catch (error) {
    noteFailure(edge, error);
  } finally {
    recorded.exchange = 'none';
  }
}
