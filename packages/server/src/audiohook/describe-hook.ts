/** An AudioHook session as control describes recording sessions: the customer outside, the agent within. */
import type { Codec } from '@tacet/domain';
import { type MediaChannel, type OfferedMedia, type OpenParameters, payloadTypeOf } from '@tacet/wire/audiohook';
import type { SessionDescription, SessionParticipant, SessionStream } from '../control/index.ts';

/** Under this name the client knows the conversation; a session of the same one joins it. */
const conversationName = 'audioHookConversation';

function customerOf({ participant }: OpenParameters): SessionParticipant {
  const { id, ani, aniName } = participant;
  const name = aniName === '' ? {} : { name: aniName };
  return { sourceId: id, address: ani === '' ? id : ani, ...name, purpose: 'customer' };
}

function agentOf({ participant }: OpenParameters): SessionParticipant {
  const { id, ani, dnis } = participant;
  // The number that was called is all that is said of our side; it must not make the two one person.
  const address = dnis === '' || dnis === ani ? `${id}/internal` : dnis;
  return { sourceId: `${id}/internal`, address, purpose: 'agent' };
}

const partyOf: { readonly [channel in MediaChannel]: (open: OpenParameters) => SessionParticipant } = {
  external: customerOf,
  internal: agentOf,
};

function streamOf(open: OpenParameters, { format, rate }: OfferedMedia, channel: MediaChannel): SessionStream {
  const codec: Codec = { name: format, payloadType: payloadTypeOf[format], clockRate: rate };
  return {
    label: channel,
    codecs: [codec],
    payloadTypes: [codec.payloadType],
    owners: [partyOf[channel](open).sourceId],
    isFed: true,
  };
}

/** One stream and one participant for each channel. */
export function describeHook(open: OpenParameters, media: OfferedMedia): SessionDescription {
  const { channels } = media;
  return {
    conversationKeys: [open.conversationId],
    externalIds: [{ name: conversationName, value: open.conversationId }],
    participants: channels.map((channel) => partyOf[channel](open)),
    streams: channels.map((channel) => streamOf(open, media, channel)),
  };
}
