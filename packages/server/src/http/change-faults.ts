/** Faults of requests that change a conversation, as the contract answers them; its two prefixes are both its own. */
import type { ChangeFaultCode } from '@tacet/domain';
import type { FaultAnswer } from './fault-answer.ts';

function refused(code: string, text: string, status = 400): FaultAnswer {
  return { status, code, text };
}

export const changeFaultRows: { readonly [code in ChangeFaultCode]: FaultAnswer } = {
  participantUnknown: refused(
    'conversation.error.not.conversation.participant',
    'There is no such participant in the conversation',
    404,
  ),
  callDisconnected: refused('conversation.error.call.disconnected', 'The communication is over'),
  holdAlerting: refused('conversation.error.hold.alerting', 'What is not connected yet cannot be put on hold'),
  confinementUnfit: refused(
    'conversation.error.cannot.confine.party',
    'Only a participant of a conference can be confined',
  ),
  wrapupCodeNeeded: refused('conversation.error.wrapup.code.required', 'A wrap-up needs a code'),
  onlyDisconnectable: refused(
    'communication.state.required',
    'The state of a communication can be set to disconnected only',
  ),
  transferNotConnected: refused(
    'conversations.error.transfer.not.connected',
    'Only a participant who is connected can be transferred from',
  ),
  transferToSameParty: refused('conversations.error.transfer.same.party', 'The target is who would hand over'),
  queueUnknown: refused('conversations.error.queue.not.found', 'The queue of the target has to be named by its id'),
  consultInitiatorNeeded: refused(
    'conversation.error.consult.transfer.no.initiator',
    'Who consults has to be named: by a token with a user, or as consultingUserId',
  ),
  consultDestinationNeeded: refused(
    'conversation.error.consult.transfer.no.destination',
    'Who is to be consulted has to be named',
  ),
  consultNotTakingPart: refused('not.a.participant', 'Who consults takes no part in the call'),
  transferToSelf: refused('conversation.error.cannot.transfer.to.self', 'Nobody can be transferred to themselves'),
  conferenceUntransferable: refused(
    'conversation.error.cannot.transfer.conference',
    'Who is in a conference, or being consulted about, cannot be transferred with another consultation',
  ),
  consultNotStarted: refused('conversation.error.consult.transfer.not.started', 'No consultation is going on'),
  consultUnknown: refused('conversation.error.consult.transfer.pending.not.found', 'No consultation is going on', 404),
  mergeOfNothing: refused('conversation.error.empty.conversation.list', 'The list of conversations is empty'),
  mergeWithSelf: refused('conversation.error.cannot.conference.self', 'A conversation cannot be merged with itself'),
  mergeUnfit: refused(
    'conversation.error.cannot.create.conference',
    'Calls are joined by the telephone system; here they are one conversation as soon as their recording sessions say so',
  ),
};
