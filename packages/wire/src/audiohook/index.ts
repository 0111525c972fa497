/** AudioHook, version 2: messages, the server's side of a session, audio frames, and the signature of the request. */

export { type ChannelRun, packetsOfChannel, payloadTypeOf } from './channel-packets.ts';
export { readDuration, writeDuration } from './duration.ts';
export { audioHookLimits } from './limits.ts';
export { chooseMedia, type MediaChannel, type OfferedMedia } from './media.ts';
export { type CloseReason, nullUuid, type OpenParameters, readUuid } from './message.ts';
export { ServerSession, type SessionStep } from './server-session.ts';
export { NonceMemory, type SignedRequest, verifySignature } from './signature.ts';
