/** One recording session as SIP keeps it: its dialog, what was offered and answered, and its timers. */
import type { ConversationId, Instant, RecordingId, Trunk } from '@tacet/domain';
import type { SessionDescription as SdpDescription } from '@tacet/wire/sdp';
import type { Dialog, Refresher, SessionTimer, UnacknowledgedSuccess } from '@tacet/wire/sip';
import type { RecordingMetadata } from '@tacet/wire/siprec';
import type { SessionStreamStarted } from '../control/index.ts';
import type { TimerSet } from './timer-set.ts';
import type { Way } from './way.ts';

export type DialogTimer = 'resend' | 'giveUp' | 'refresh' | 'expiry' | 'tell';

/** An agreement, and our part in the exchange that made it: `uas` when the peer asked. */
export interface AgreedTimer {
  readonly timer: SessionTimer;
  readonly role: Refresher;
  readonly at: Instant;
}

export interface RecordedDialog {
  readonly key: string;
  /** What its first INVITE is known by, to tell it from the same one that came by another path. */
  readonly mergeKey: string;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  /** The trunk that its INVITE came over. */
  readonly trunk: Trunk;
  /** Whether we are a SIPS address to the peer. */
  readonly isSips: boolean;
  /** The address of ours that the peer reaches: in Contact, Via and SDP. */
  readonly localHost: string;
  readonly timers: TimerSet<DialogTimer>;
  dialog: Dialog;
  /** The way of the peer's latest request. */
  way: Way;
  /** The peer's latest offer that we accepted. */
  offer: SdpDescription;
  /** By place of the media line in that offer. */
  labels: readonly string[];
  /** What is received of that offer. */
  streams: readonly SessionStreamStarted[];
  /** Our description in force. */
  answer: SdpDescription;
  /** Everything that metadata has said so far; absent while none could be read. */
  metadata: RecordingMetadata | undefined;
  /**
   * `answering`: a change of the peer's is being carried out. `offering`: our 2xx held an offer, and its answer comes
   * in the ACK. `refreshing`: an offer of ours is under way. One at a time (RFC 3261 §14, RFC 3311 §5.2).
   */
  exchange: 'none' | 'answering' | 'offering' | 'refreshing';
  /** The session timer in force, and our part in the exchange that agreed on it. */
  agreedTimer: AgreedTimer | undefined;
  /** Whether the source wants to be told what becomes of its recording (RFC 7866 §6.3). */
  readonly isRecordAware: boolean;
  /** Whether our description in force asks the source to send nothing. */
  isSilenced: boolean;
  /** When it was told last, how often in vain since, and what it would not be told. */
  toldAt: Instant | undefined;
  tellAttempts: number;
  untold: string | undefined;
  /** A 2xx that waits for its ACK. */
  success: UnacknowledgedSuccess | undefined;
  /** Whether the peer takes UPDATE; INVITE has to do where it does not. */
  takesUpdate: boolean;
  /** Its recording was ended by a request: it ends with the ACK that it still waits for. */
  isUnwanted: boolean;
  isOver: boolean;
  /** It was begun by an earlier process. */
  readonly isTakenUp: boolean;
}
