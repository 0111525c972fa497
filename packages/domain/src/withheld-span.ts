/** A withheld span: one pause of a conversation, with who asked for it and through which door (P7). */
import type { ClientId, ConversationId, RequestId, SpanId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { PauseCause } from './recording-state.ts';

/** Reasons as the contract's annotations name them. */
export const annotationReasons = ['Hold', 'SecurePause', 'FlowOrQueue', 'Pause'] as const;
export type AnnotationReason = (typeof annotationReasons)[number];

/** What the annotation of a pause says about its cause. */
export const reasonOfCause: { readonly [cause in PauseCause]: AnnotationReason } = {
  securePause: 'SecurePause',
  holdSuppression: 'Hold',
  sourcePause: 'Pause',
  sourceHold: 'Hold',
};

/** Who asked, from where and how; kept with every change and every refused attempt. */
export interface Asked {
  /** `sip` and `audioHook` for a source, `system` for ourselves, `unknown` for a caller who did not say who they are. */
  readonly clientId: ClientId | 'sip' | 'audioHook' | 'system' | 'unknown';
  readonly userId?: UserId;
  /** Display name of the client or user at that time. */
  readonly name: string;
  /** Remote address of the request, empty for the system itself. */
  readonly from: string;
  /** The operation, e.g. `PUT /api/v2/conversations/calls/{conversationId}/recordingstate`. */
  readonly door: string;
  readonly requestId: RequestId;
}

export interface WithheldSpan {
  readonly id: SpanId;
  readonly conversationId: ConversationId;
  readonly cause: PauseCause;
  readonly reason: AnnotationReason;
  /** From here on nothing of the conversation is kept, in any stream. */
  readonly closedAt: Instant;
  /** When the resume was granted and written down; gates open only after it. */
  readonly grantedAt?: Instant;
  /** The first gate opened here; absent while it lasts. */
  readonly openedAt?: Instant;
  readonly pausedBy: Asked;
  readonly resumedBy?: Asked;
  /** Units withheld in all streams: a count, never sizes or content. */
  readonly withheldCount: number;
}
