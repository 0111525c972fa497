/** Recordings that are over while some of their media is still on its way into store: UPLOADING until all of it is there. */
import { type DocumentChange, Fault, type RecordingId } from '@tacet/domain';
import type { ControlContext } from './context.ts';

const retryMs = 2_000;

/** To be committed with the end of a recording, so that the next start knows of it. */
export function uploadNoted(id: RecordingId): DocumentChange {
  return { kind: 'uploading', id, value: { id } };
}

async function makeAvailable({ store, queue }: ControlContext, id: RecordingId): Promise<void> {
  const known = await store.recording(id);
  if (known === undefined) return;
  await queue.run(known.conversationId, async () => {
    const recording = (await store.recording(id)) ?? known;
    const isUploading = recording.endedAt !== undefined && recording.fileState === 'UPLOADING';
    await store.commit({
      ...(isUploading ? { recordings: [{ ...recording, fileState: 'AVAILABLE' }] } : {}),
      documents: [{ kind: 'uploading', id, value: undefined }],
    });
  });
}

/** All of its media is in store. Resolves when that is written down, or is left to the next start. */
export async function endUpload(context: ControlContext, id: RecordingId): Promise<void> {
  for (;;) {
    try {
      return await makeAvailable(context, id);
    } catch (error) {
      if (error instanceof Fault && error.code === 'stopping') return;
      context.report(error instanceof Error ? error : new Error(String(error)));
      await new Promise<void>((resolve) => {
        context.clock.later(retryMs, resolve);
      });
    }
  }
}
