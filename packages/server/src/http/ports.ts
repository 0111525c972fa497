/** What the HTTP edge needs from the rest of the server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Actor, Instant, Permission, SegmentDescriptor, WordIndex } from '@tacet/domain';
import type { ItemFlaw, StoredEvent, StoredItem } from '@tacet/media';
import type { ControlContext, PlaybackPlan } from '../control/index.ts';
import type { OpenedMail } from '../mail/open-mail.ts';
import type { EdgeSettings } from './edge-settings.ts';
import type { IdentityDesk } from './identity-port.ts';

/** Tells who holds a bearer token. */
export interface TokenChecker {
  /** @throws Fault tokenInvalid or tokenExpired. */
  check(bearer: string): Promise<Actor>;
  /**
   * Makes the token worthless from now on; one that is so already is no failure.
   * @param from remote address of the request, for the audit log.
   */
  revoke(bearer: string, from: string): Promise<void>;
}

/** The OAuth edge's listener; it shares our port. */
export interface OauthListener {
  /** Whether a request URL (path and query) is its to answer. */
  handlesPath(url: string): boolean;
  /** Answers a request whose body has not been read. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** What is heard where the recording was paused: silence of true length, nothing, or a quiet tone of true length. */
export const gapStyles = ['silence', 'cut', 'tone'] as const;
export type GapStyle = (typeof gapStyles)[number];

/** A recording rendered as one file, of which any part can be read. */
export interface OpenedPlayback {
  readonly lengthBytes: number;
  readonly contentType: string;
  /**
   * Bytes from `from` up to, but not including, `to`; each is verified before it is handed out.
   * @throws Fault recordingDamaged or storageUnavailable, on the way.
   */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Formats in which media can be asked for (contract `getConversationRecordings`). */
export const mediaFormats = ['WAV', 'WEBM', 'WAV_ULAW', 'OGG_VORBIS', 'OGG_OPUS', 'MP3'] as const;
export type MediaFormat = (typeof mediaFormats)[number];

export interface WantedMedia {
  readonly gap: GapStyle;
  readonly format: MediaFormat;
}

/** Media as it stands: there to be read, or on its way. */
export type PreparedMedia =
  | {
      readonly isReady: true;
      readonly lengthBytes: number;
      /** What it took to make it; 0 where it is made while it is read. */
      readonly tookMs: number;
    }
  | {
      readonly isReady: false;
      /** What it takes from beginning to end, as far as can be said. */
      readonly estimatedMs: number;
      /** Resolves when it is worth asking again. */
      readonly changed: Promise<void>;
    };

/** Renders recordings. */
export interface PlaybackPort {
  /** The formats that can be had here. */
  readonly formats: readonly MediaFormat[];
  /**
   * Begins to make what cannot be made while it is read. It goes on for as long as somebody asks for it now and then.
   * @throws Fault formatUnavailable; recordingDamaged, storageUnavailable or mediaUnavailable when it could not be made.
   */
  prepare(plan: PlaybackPlan, wanted: WantedMedia): PreparedMedia;
  /** @throws Fault as `prepare` does, and mediaUnavailable when it is not ready. */
  open(plan: PlaybackPlan, wanted: WantedMedia): Promise<OpenedPlayback>;
  /** The items of a recording that has such, in the order in which they came. @throws Fault on the way, as `read`. */
  items(plan: PlaybackPlan): AsyncIterable<StoredItem | ItemFlaw>;
  /**
   * Opens a mail, within bounds of time and memory.
   * @throws Fault formatUnavailable where it cannot be; mediaUnavailable or stopping.
   */
  openMail(bytes: Uint8Array, withContents?: boolean): Promise<OpenedMail>;
  /** Mails and their attachments as one ZIP, with an index. @throws Fault as `openMail`. */
  archiveMails(index: unknown, mails: readonly Uint8Array[]): Promise<Uint8Array>;
  /** What happened in pages in one segment. @throws Fault as `read`. */
  events(segment: SegmentDescriptor): Promise<readonly (StoredEvent | ItemFlaw)[]>;
}

/** A notification channel as its owner knows it. */
export interface ChannelPortFacts {
  readonly id: string;
  /** Path of its WebSocket. */
  readonly path: string;
  readonly expiresAt: Instant;
}

/** What became of one topic that was asked for. */
export interface TopicPortOutcome {
  readonly id: string;
  readonly state: 'Permitted' | 'Rejected';
  readonly rejectionReason?: string;
  readonly missingPermissions?: readonly string[];
}

/** A topic that can be subscribed to. */
export interface AvailableTopicFacts {
  /** With `{id}` where an id belongs. */
  readonly id: string;
  readonly description: string;
  readonly permission: Permission;
  /** Users need no permission for their own topic. */
  readonly isForOneself: boolean;
  /** Who takes part in a conversation needs no permission. */
  readonly isForParticipants: boolean;
  /** JSON Schema of the bodies of its events. */
  readonly schema: object;
}

/** Who asks for something about channels, with which token. */
export interface ChannelPortCaller {
  readonly actor: Actor;
  readonly bearer: string;
}

/** Why a connection becomes no socket: 400 a handshake that is none, 401 a token that is worthless, 404, 503. */
export type UpgradeRefusal = 400 | 401 | 404 | 503;

/** An edge whose sockets share our port. */
export interface SocketPort {
  /** Whether a request URL is that of a socket. */
  handlesPath(url: string): boolean;
  /** Makes a socket of a connection, or has it refused. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, refuse: (status: UpgradeRefusal) => void): void;
}

/** Channels, their topics and their sockets. Channels of others count as unknown. */
export interface NotificationPort extends SocketPort {
  /** @throws Fault channelsExhausted or storageUnavailable. */
  makeChannel(caller: ChannelPortCaller): ChannelPortFacts;
  channelsOf(caller: ChannelPortCaller, scope: 'token' | 'oauthclient'): readonly ChannelPortFacts[];
  /** @throws Fault resourceUnknown. */
  demandChannel(caller: ChannelPortCaller, id: string): void;
  /** @throws Fault resourceUnknown. */
  topicsOf(caller: ChannelPortCaller, id: string): readonly TopicPortOutcome[];
  /** @throws Fault resourceUnknown, topicInvalid, topicsTooMany, permissionMissing, scopeMissing or storageUnavailable. */
  subscribe(
    caller: ChannelPortCaller,
    id: string,
    wish: { readonly ids: readonly string[]; readonly replaces: boolean; readonly ignoresErrors: boolean },
  ): Promise<readonly TopicPortOutcome[]>;
  topics(): readonly AvailableTopicFacts[];
}

export interface HttpPorts {
  readonly control: ControlContext;
  readonly tokens: TokenChecker;
  readonly identity: IdentityDesk;
  readonly playback: PlaybackPort;
  readonly notifications: NotificationPort;
  /** Absent where nothing is searched. */
  readonly search?: WordIndex;
  /** Absent where no AudioHook client has a key. */
  readonly audioHooks?: SocketPort;
  /** Absent where nobody publishes by WHIP. */
  readonly whip?: OauthListener;
  /** Pages that are recorded. */
  readonly coBrowse?: SocketPort;
  /** Pages on which people chat. */
  readonly webChat?: SocketPort;
  readonly oauth?: OauthListener;
  /** Scheme, host and port that callers use, without a path, for links in answers; taken from each request if absent. */
  readonly publicUrl?: string;
  /** What the operator decided about the edge; left out: no limits, no proxies, no browsers. */
  readonly edge?: EdgeSettings;
  /** Takes requests for metrics that it answers; absent where they have an address of their own. */
  readonly metrics?: { answers(request: IncomingMessage, response: ServerResponse): boolean } | undefined;
  /** Why the server cannot do its work now, a sentence each; empty when it can. */
  readonly notReadyBecause: () => readonly string[];
}
