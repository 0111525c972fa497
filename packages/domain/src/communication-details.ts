/** What communications of single media types have beside what all have, and how they were wrapped up. */
import type { Instant } from './instant.ts';

/** How the work on a communication was concluded (contract: `Wrapup`). */
export interface Wrapup {
  readonly code: string;
  readonly name?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly durationSeconds?: number;
  readonly endedAt: Instant;
  /** Further work is to come. */
  readonly isProvisional?: boolean;
}

/**
 * Members of the contract's models that only some media types have. Descriptions of the conversation, never content:
 * what was said, written or shown goes through the gate and nowhere else.
 */
export interface CommunicationDetails {
  /** Who brings the communication to us (contract: `provider`). */
  readonly provider?: string;
  readonly scriptId?: string;
  // Callbacks.
  readonly callbackNumbers?: readonly string[];
  readonly callbackUserName?: string;
  readonly callbackScheduledAt?: Instant;
  readonly callerId?: string;
  readonly callerIdName?: string;
  // Messages, e-mails, and what else has addresses of its own.
  readonly toAddress?: string;
  readonly fromAddress?: string;
  /** The kind of message: `sms`, `open`, `webmessaging` and the like. */
  readonly messageType?: string;
  /** Chats, screen shares and videos: the room. */
  readonly roomId?: string;
  readonly cobrowseRole?: 'sharer' | 'viewer' | 'controller';
  readonly socialMediaId?: string;
  readonly socialMediaHub?: string;
  readonly socialUserName?: string;
}
