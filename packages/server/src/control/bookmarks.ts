/** Bookmarks in recordings: set, changed and removed by people who may hear the recording. */
import { type AnnotationId, type Bookmark, Fault, type Permission, type UserId } from '@tacet/domain';
import { demand, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { type RecordingIds, type RecordingView, readRecording } from './find-recordings.ts';

/** What one says of a bookmark; what is left out of a change stays as it was. */
export interface BookmarkWish {
  readonly name?: string;
  readonly description?: string;
  readonly location?: number;
  readonly durationMs?: number;
}

export interface PutBookmark extends Request {
  readonly recording: RecordingIds;
  /** Absent: a new one. */
  readonly id?: AnnotationId;
  readonly wish: BookmarkWish;
}

function lengthMs(context: ControlContext, { recording }: RecordingView): number {
  return Math.ceil((recording.endedAt ?? context.clock.now()) - recording.startedAt);
}

/** @throws Fault constraintBroken for a place outside of the recording. */
function checkPlace(context: ControlContext, view: RecordingView, { location, durationMs }: Bookmark): void {
  const length = lengthMs(context, view);
  if (location > length) throw new Fault('constraintBroken', { field: 'location', problem: 'lies behind the end' });
  if (location + durationMs > length) {
    throw new Fault('constraintBroken', { field: 'durationMs', problem: 'reaches behind the end' });
  }
}

async function bookmarkOf(context: ControlContext, ids: RecordingIds, id: AnnotationId): Promise<Bookmark | undefined> {
  const found = await context.store.document('bookmark', id);
  return found?.recordingId === ids.recordingId ? found : undefined;
}

async function write(
  context: ControlContext,
  { actor, asked }: Request,
  bookmark: Bookmark,
  change: 'added' | 'changed' | 'removed',
): Promise<void> {
  const { id, conversationId, recordingId } = bookmark;
  const about = { at: context.clock.now(), by: asked, conversationId, recordingId } as const;
  const facts = { annotationId: id, change, isByUser: String(actor.userId !== undefined) };
  await context.store.commit({
    documents: [{ kind: 'bookmark', id, parentId: recordingId, value: change === 'removed' ? undefined : bookmark }],
    audit: [{ ...about, action: 'bookmarkChanged', result: 'done', facts }],
  });
}

function withWish(known: Bookmark, { name, description, location, durationMs }: BookmarkWish): Bookmark {
  return {
    ...known,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

/**
 * Adds a bookmark, or changes the one of that id: the contract's POST and PUT both do either.
 * @throws Fault conversationUnknown, recordingUnknown, permissionMissing, constraintBroken or storageUnavailable.
 */
export async function putBookmark(context: ControlContext, command: PutBookmark): Promise<Bookmark> {
  const { actor, recording, wish } = command;
  const view = await readRecording(context, actor, recording);
  const known = command.id === undefined ? undefined : await bookmarkOf(context, recording, command.id);
  const needed: Permission = known === undefined ? 'recording:annotation:add' : 'recording:annotation:edit';
  // Rule: adding a bookmark and changing one are separate rights, beside that to view the recording
  demand(actor, needed, view.conversation);
  const id = command.id ?? context.ids.next<AnnotationId>();
  // An id that a pause, or a bookmark of another recording, has is not for a new bookmark.
  const isTaken = known === undefined && (await context.store.document('bookmark', id)) !== undefined;
  if (isTaken || String(id) === recording.recordingId) throw new Fault('resourceUnknown');
  if (known === undefined && wish.location === undefined) {
    throw new Fault('constraintBroken', { field: 'location', problem: 'is missing' });
  }
  const user: { readonly userId?: UserId } = actor.userId === undefined ? {} : { userId: actor.userId };
  const fresh: Bookmark = { id, ...recording, ...user, location: 0, durationMs: 0, createdAt: context.clock.now() };
  const bookmark = withWish(known ?? fresh, wish);
  checkPlace(context, view, bookmark);
  await write(context, command, bookmark, known === undefined ? 'added' : 'changed');
  return bookmark;
}

/** @throws Fault conversationUnknown, recordingUnknown, resourceUnknown, permissionMissing or storageUnavailable. */
export async function removeBookmark(
  context: ControlContext,
  request: Request,
  recording: RecordingIds,
  id: AnnotationId,
): Promise<void> {
  const view = await readRecording(context, request.actor, recording);
  demand(request.actor, 'recording:annotation:delete', view.conversation);
  const known = await bookmarkOf(context, recording, id);
  if (known === undefined) throw new Fault('resourceUnknown');
  await write(context, request, known, 'removed');
}
