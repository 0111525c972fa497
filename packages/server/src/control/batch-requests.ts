/** Many recordings asked for at once: what each part comes to is worked out whenever the answer is read. */
import {
  type BatchItem,
  type BatchRequest,
  type BatchRequestId,
  type ClientId,
  Fault,
  type FaultCode,
  type UserId,
} from '@tacet/domain';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { findRecordings, type RecordingView, readRecording } from './find-recordings.ts';

/** One recording of the answer, or why there is none. */
export interface BatchResult {
  readonly item: BatchItem;
  readonly view?: RecordingView;
  readonly fault?: FaultCode;
}

function submitterOf({ actor }: Request): UserId | ClientId {
  return actor.userId ?? actor.clientId;
}

/**
 * Notes what was asked for.
 * @throws Fault batchTooLarge or storageUnavailable.
 */
export async function startBatch(
  context: ControlContext,
  request: Request,
  items: readonly BatchItem[],
): Promise<BatchRequest> {
  if (items.length > batchItemsMax) throw new Fault('batchTooLarge', { maximum: batchItemsMax });
  const submittedAt = context.clock.now();
  const id = context.ids.next<BatchRequestId>();
  const batch: BatchRequest = { id, submittedBy: submitterOf(request), submittedAt, items };
  await context.store.commit({
    documents: [{ kind: 'batchRequest', id, value: batch }],
    audit: [
      {
        at: submittedAt,
        action: 'batchRequested',
        result: 'done',
        by: request.asked,
        facts: { batchRequestId: id, items: items.length },
      },
    ],
  });
  return batch;
}

/** As in the contract. */
const batchItemsMax = 100;

async function resultsOf(
  context: ControlContext,
  { actor }: Request,
  item: BatchItem,
): Promise<readonly BatchResult[]> {
  const { conversationId, recordingId } = item;
  try {
    const views =
      recordingId === undefined
        ? await findRecordings(context, actor, conversationId)
        : [await readRecording(context, actor, { conversationId, recordingId })];
    return views.map((view) => ({ item, view }));
  } catch (error) {
    if (error instanceof Fault && error.kind !== 'unavailable') return [{ item, fault: error.code }];
    throw error;
  }
}

/**
 * The recordings of a batch as they are now, for whoever asked for it, with the rights they have now.
 * @throws Fault batchUnknown, batchForbidden or storageUnavailable.
 */
export async function readBatch(
  context: ControlContext,
  request: Request,
  id: BatchRequestId,
): Promise<{ readonly batch: BatchRequest; readonly results: readonly BatchResult[] }> {
  const batch = await context.store.document('batchRequest', id);
  if (batch === undefined) throw new Fault('batchUnknown');
  // Rule: a batch request is answered to the one who made it
  if (batch.submittedBy !== submitterOf(request)) throw new Fault('batchForbidden');
  const results: BatchResult[] = [];
  for (const item of batch.items) results.push(...(await resultsOf(context, request, item)));
  return { batch, results };
}
