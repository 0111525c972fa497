/** The doors around finished recordings: dates, protection from deletion, orphans, screen recordings. */
import { type ConversationId, Fault, type Instant, instant, type Permission, uuidAs } from '@tacet/domain';
import { changeProtection, changeRetention, protectedAmong } from '../control/index.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import { errorBody } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import { Recording } from './models/recording.ts';
import {
  AddressableEntityRefs,
  DeletionProtectionBody,
  ManageDeleteProtectionResult,
  OrphanRecordingListing,
  RecordingDatesBody,
  ScreenSessionDetails,
} from './models/recording-care.ts';
import { pageNumberParameter, pageSizeParameter, placeIn } from './page-parameters.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { type ChoiceParameter, choiceOf } from './query.ts';
import { listing } from './view-page.ts';
import { recordingModel } from './view-recording.ts';

const editing: readonly Permission[] = [
  'recording:recording:view',
  'recording:recording:editRetention',
  'recording:recording:restore',
  'recording:screenRecording:view',
  'recording:screenRecording:editRetention',
  'recording:screenRecording:restore',
  'recording:snippetRecording:view',
  'recording:snippetRecording:editRetention',
  'recording:snippetRecording:restore',
];
const clearParameter: ChoiceParameter = { kind: 'choice', name: 'clearExport', values: ['true', 'false'] };
const protectParameter: ChoiceParameter<'true' | 'false'> = {
  kind: 'choice',
  name: 'protect',
  values: ['true', 'false'],
};

function instantOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : instant(Date.parse(text));
}

function datesDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'PUT',
    path: '/api/v2/conversations/{conversationId}/recordings/{recordingId}',
    operation: 'putConversationRecording',
    summary: 'Sets the dates on which a recording that is over is to be archived and deleted.',
    description: 'A date that is left out is taken away. Other members of a recording cannot be set.',
    access: editing,
    area: 'recordings',
    parameters: [clearParameter],
    body: RecordingDatesBody,
    answers: { 200: Recording },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
      if (body.exportDate !== undefined) {
        throw new Fault('constraintBroken', { field: 'exportDate', problem: 'is not offered by this server' });
      }
      const dates = { archiveAt: instantOf(body.archiveDate), deleteAt: instantOf(body.deleteDate) };
      return ok(recordingModel(await changeRetention(control, { actor, asked }, ids, dates), 'silence', undefined));
    },
  });
}

function idsIn(texts: readonly string[]): readonly ConversationId[] {
  return texts.flatMap((text) => uuidAs<ConversationId>(text) ?? []);
}

function protectionDoors({ control }: HttpContext): readonly GuardedDoor[] {
  const path = '/api/v2/recordings/deletionprotection';
  const change = async (call: Omit<GuardedCall, 'body'>, texts: readonly string[]): Promise<Answer> => {
    const { actor, asked, requestId } = call;
    const isProtected = choiceOf(call.query, protectParameter) !== 'false';
    const failures = await changeProtection(control, { actor, asked }, idsIn(texts), isProtected);
    const failedUpdates = failures.map(({ conversationId: id, fault }) => {
      const facts = { permissions: ['recording:deletionProtection:apply', 'recording:deletionProtection:revoke'] };
      const { message, code } = errorBody(new Fault(fault, facts), requestId, 'recordings');
      const selfUri = `/api/v2/conversations/${id}`;
      return { conversation: { id, selfUri }, errorMessage: message, errorCode: code };
    });
    return ok({ failedUpdates });
  };
  return [
    withBody({
      method: 'PUT',
      path,
      operation: 'putRecordingsDeletionprotection',
      summary: 'Protects the recordings of conversations from deletion, or takes the protection away.',
      access: ['recording:deletionProtection:apply', 'recording:deletionProtection:revoke'],
      area: 'recordings',
      parameters: [protectParameter],
      body: DeletionProtectionBody,
      answers: { 200: ManageDeleteProtectionResult },
      answer: (call) => change(call, call.body.conversationIds),
    }),
    withBody({
      method: 'POST',
      path,
      operation: 'postRecordingsDeletionprotection',
      summary: 'Which of these conversations are protected from deletion.',
      access: [],
      area: 'recordings',
      body: DeletionProtectionBody,
      answers: { 200: AddressableEntityRefs },
      answer: async ({ actor, body }) => {
        const ids = await protectedAmong(control, actor, idsIn(body.conversationIds));
        return ok(ids.map((id) => ({ id, selfUri: `/api/v2/conversations/${id}` })));
      },
    }),
  ];
}

/** A recording without a conversation cannot come to be here, so the list is empty and stays so. */
function orphanDoor(): GuardedDoor {
  return {
    method: 'GET',
    path: '/api/v2/orphanrecordings',
    operation: 'getOrphanrecordings',
    summary: 'Recordings without a conversation: there are none, every recording belongs to one from its beginning.',
    access: ['recording:orphan:view'],
    area: 'recordings',
    parameters: [pageSizeParameter, pageNumberParameter],
    answers: { 200: OrphanRecordingListing },
    answer: async ({ query, url }) => ok(listing([], { url, ...placeIn(query), total: 0 })),
  };
}

function screenDoor({ control }: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/api/v2/recordings/screensessions/details',
    operation: 'getRecordingsScreensessionsDetails',
    summary: 'How many screens are being recorded now.',
    access: ['recording:screenRecording:view'],
    area: 'recordings',
    answers: { 200: ScreenSessionDetails },
    answer: async () => {
      const live = [...control.live.all()].flatMap(({ recordings }) => [...recordings.values()]);
      return ok({ count: live.filter(({ mediaType }) => mediaType === 'screenshare').length });
    },
  };
}

export function recordingCareDoors(http: HttpContext): readonly GuardedDoor[] {
  return [datesDoor(http), ...protectionDoors(http), orphanDoor(), screenDoor(http)];
}
