/** What a call at a participant's door names, as the use-cases take it. */
import type { MediaType, Permission } from '@tacet/domain';
import type { ChangedParticipant } from '../control/index.ts';
import type { ParticipantPlace } from './changeable-types.ts';
import type { GuardedCall } from './door.ts';
import { conversationIdOf, participantIdOf } from './path-ids.ts';

/** @throws Fault conversationUnknown or participantUnknown. */
export function changedIn(
  call: GuardedCall,
  { type }: Pick<ParticipantPlace, 'type'>,
  permissions: readonly Permission[],
): ChangedParticipant {
  const { actor, asked } = call;
  const ids = { conversationId: conversationIdOf(call), participantId: participantIdOf(call) };
  const typed: { readonly mediaType?: MediaType } = type === undefined ? {} : { mediaType: type.type };
  return { actor, asked, ...ids, ...typed, permissions };
}
