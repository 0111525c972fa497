/** What a node that died has left behind, and the next run of it over that. */
import type { RecoveredCapture } from '@tacet/capture';
import type { StreamId } from '@tacet/domain';
import { MemoryBlobs } from '@tacet/testkit';
import {
  type ControlContext,
  type Recovered,
  recoverCapture,
  recoverNode,
  type SessionStarted,
} from '../../src/control/index.ts';
import type { ControlUnderTest } from './control-under-test.ts';

const zeros = '0'.repeat(32);

export type Told = Partial<Pick<RecoveredCapture, 'segments' | 'intervals' | 'closedSince' | 'overAt' | 'lastAt'>>;

/** What a spool would tell of the captures of a recording session that was live when the node died. */
export function spoolOf(
  under: ControlUnderTest,
  started: SessionStarted,
  told: (streamId: StreamId) => Told = () => ({}),
): readonly RecoveredCapture[] {
  const { conversationId, recordingId } = started;
  const now = under.clock.now();
  return started.streams.map(({ streamId }) => ({
    live: {
      kind: 'captureLive',
      streamId,
      recordingId,
      conversationId,
      at: now,
      isOpen: true,
      since: now,
      keptUntil: now,
      nextSegmentNumber: 0,
      previousTag: zeros,
    },
    begunAt: now,
    chain: { nextSegmentNumber: 0, previousTag: zeros },
    segments: [],
    intervals: [],
    closedSince: undefined,
    overAt: undefined,
    lastAt: now,
    ...told(streamId),
  }));
}

/** The next run of the node, over what the last one left. */
export async function comeBack(
  under: ControlUnderTest,
  found: readonly RecoveredCapture[],
  blobs: MemoryBlobs = new MemoryBlobs(),
): Promise<{ readonly context: ControlContext; readonly recovered: Recovered }> {
  const context = under.contextOf();
  for (const capture of found) await recoverCapture(context, blobs, capture, under.clock.now());
  const captures = new Map(found.map((capture) => [capture.live.streamId, capture]));
  const segments = found.reduce((sum, capture) => sum + capture.segments.length, 0);
  return { context, recovered: { ...(await recoverNode(context, captures)), segments } };
}
