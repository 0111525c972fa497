/** A page begins to be recorded: a recording of its own, in the conversation that its token names. */
import type { Asked, Conversation, RecordingId, RequestId } from '@tacet/domain';
import type { PageHello } from '@tacet/wire/cobrowse';
import { endRecordingSession, keepSource, type SessionDescription, startRecordingSession } from '../control/index.ts';
import type { Publisher } from '../publishing-tokens.ts';
import { type CobrowseGround, noteFailure } from './ground.ts';
import { type KeptPage, keptPage, keptPageOf } from './kept-page.ts';
import { PageRecording, type PageRecordingGiven } from './page-recording.ts';

/** What goes on at the edge. */
export interface CobrowseEdge extends CobrowseGround {
  /** Those that go on, with a page or waiting for it. */
  readonly recordings: Set<PageRecording>;
}

const label = 'page';

/** A page of somebody who is not named belongs to whoever is there already with that purpose. */
function addressOf(publisher: Publisher, conversation: Conversation | undefined): string {
  const { address, purpose = 'customer' } = publisher;
  const here = conversation?.participants.find((one) => one.purpose === purpose && one.leftAt === undefined);
  return address ?? here?.address ?? label;
}

function described(publisher: Publisher, conversation: Conversation | undefined, tab: string): SessionDescription {
  const { name, purpose = 'customer' } = publisher;
  const participant = { sourceId: tab, address: addressOf(publisher, conversation), purpose };
  const shape = { isFed: true, isPlain: true, needsAnchor: true, outlivesFeeder: true } as const;
  return {
    conversationKeys: [],
    externalIds: [],
    participants: [name === undefined ? participant : { ...participant, name }],
    streams: [{ label, codecs: [], payloadTypes: [], owners: [tab], ...shape }],
  };
}

/** Whoever gave the token out is the one who asks. */
function asksFor(ground: CobrowseGround, { by }: Publisher, from: string): Asked {
  return { ...by, from, door: 'Co-browse /tacet/v1/cobrowse', requestId: ground.control.ids.next<RequestId>() };
}

/**
 * Begins a recording for the page's tab. One that joins a paused conversation starts closed.
 * @throws Fault conversationUnknown where the conversation has ended; storageUnavailable or mediaUnavailable.
 */
export async function beginRecording(
  edge: CobrowseEdge,
  publisher: Publisher,
  { tab }: PageHello,
  from: string,
): Promise<PageRecording> {
  const { conversationId } = publisher;
  const conversation = edge.control.live.get(conversationId)?.conversation;
  const asked = asksFor(edge, publisher, from);
  const started = await startRecordingSession(edge.control, {
    mediaType: 'cobrowsesession',
    conversationId,
    sourceId: tab,
    sourceIdName: 'cobrowseTab',
    described: described(publisher, conversation, tab),
    asked,
  });
  await keepPage(edge, started.recordingId, { tab, asked });
  return watched(edge, { started, tab, asked });
}

function watched(edge: CobrowseEdge, about: Omit<PageRecordingGiven, 'onGone'>): PageRecording {
  const onGone = (gone: PageRecording): void => void edge.recordings.delete(gone);
  const recording = new PageRecording(edge, { ...about, onGone });
  edge.recordings.add(recording);
  return recording;
}

/** A crash from here on costs the recording of what the page showed meanwhile, and nothing else. */
async function keepPage(edge: CobrowseEdge, id: RecordingId, page: KeptPage): Promise<void> {
  try {
    await keepSource(edge.control, id, keptPage(page));
  } catch (error) {
    await endRecordingSession(edge.control, id, page.asked).catch(edge.control.report);
    throw error;
  }
}

/** Goes on with a recording that was live before a restart, where it is one of a page: its tab is waited for. */
export function goOn(edge: CobrowseEdge, recordingId: RecordingId, state: unknown): void {
  const kept = keptPageOf(state);
  const live = edge.control.live.ofRecording(recordingId);
  const recording = live?.recordings.get(recordingId);
  if (kept === undefined || live === undefined || recording === undefined) return;
  const captures = [...live.captures.values()].filter((capture) => capture.recordingId === recordingId);
  const streams = captures.map(({ streamId, label: name, port }) => ({ streamId, label: name, port }));
  const { conversationId } = recording;
  if (streams.length > 0) watched(edge, { ...kept, started: { conversationId, recordingId, streams } }).await();
  else endRecordingSession(edge.control, recordingId, kept.asked).catch((error) => noteFailure(edge, error));
}
