/** A door: one operation of the API, as data from which it is served and from which it can be described. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AuditAction, Permission, RequestId } from '@tacet/domain';
import type { Static, TSchema } from 'typebox';
import type { Request } from '../control/index.ts';
import type { FaultArea } from './faults.ts';
import type { Parameter, RawQuery } from './query.ts';

/** A request at its door: path, query and body are read, nothing is judged yet. */
export interface Call {
  readonly requestId: RequestId;
  readonly path: { readonly [name: string]: string };
  /** Path and query as they were asked for, for links to other pages. */
  readonly url: string;
  readonly query: RawQuery;
  readonly headers: IncomingHttpHeaders;
  /** The body as JSON, of the door's schema; `undefined` when it was empty or the door takes none. */
  readonly body: unknown;
  /** Scheme, host and port for links in the answer. */
  readonly publicUrl: string;
  /** Whether the caller has hung up. */
  readonly isGone: () => boolean;
}

/** A call of somebody who showed a valid token. */
export interface GuardedCall extends Call, Request {
  readonly bearer: string;
  /** From here on the use-case writes refusals into the audit log, and the door does not. */
  readonly handOver: () => void;
}

/** Bytes that follow the headers of an answer. */
export interface AnswerBytes {
  readonly lengthBytes: number;
  /** Absent where only the headers were asked for. */
  readonly read?: () => AsyncIterable<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON; absent for an answer without a body. */
  readonly json?: unknown;
  readonly bytes?: AnswerBytes;
}

interface DoorFacts {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the contract writes it: `/api/v2/conversations/{conversationId}`. */
  readonly path: string;
  /** The operation's name in the official clients, or ours where it is not theirs. */
  readonly operation: string;
  readonly summary: string;
  /** What an explorer says below the summary, in Markdown. */
  readonly description?: string;
  readonly isPreview?: true;
  readonly isDeprecated?: true;
  readonly parameters?: readonly Parameter[];
  /** Schema of the request body, which is checked before the door answers; a door without one reads no body. */
  readonly body?: TSchema;
  /** An empty body is let through, as `undefined`. */
  readonly isBodyOptional?: true;
  /** Statuses of success, each with the schema of its body; `undefined` for none. */
  readonly answers: { readonly [status: number]: TSchema | undefined };
  readonly area?: FaultArea;
}

/** A call of anybody. */
export interface OpenCall extends Call {
  /** The body as it comes. @throws EdgeFault bodyTooLarge, Fault bodyMalformed. */
  readonly readBytes: (maximum: number) => Promise<Buffer>;
}

/** A door that opens without a token. */
export interface OpenDoor extends DoorFacts {
  readonly access: 'anyone';
  readonly answer: (call: OpenCall) => Promise<Answer>;
}

/** A door that needs a token. */
export interface GuardedDoor extends DoorFacts {
  /**
   * One of these is needed, in the division of what is asked for; empty where a valid token is enough. The door turns
   * away whoever holds none of them anywhere, and the use-case judges the division.
   */
  readonly access: readonly Permission[];
  /** All of `access` are needed (contract: type ALL). */
  readonly needsAll?: true;
  /** A token of client credentials is refused as `not.a.user`. */
  readonly needsUser?: true;
  /** Participants of the conversation need no permission. */
  readonly isForParticipants?: boolean;
  /** What a refusal is called in the audit log (P9), as far as the body was read; doors without it leave none there. */
  readonly refusedAs?: (body: unknown) => AuditAction;
  readonly answer: (call: GuardedCall) => Promise<Answer>;
}

export type Door = OpenDoor | GuardedDoor;

/** A door whose body has a type: that of its schema. */
export function withBody<B extends TSchema>(
  door: Omit<GuardedDoor, 'answer' | 'body'> & {
    readonly body: B;
    readonly answer: (call: Omit<GuardedCall, 'body'> & { readonly body: Static<B> }) => Promise<Answer>;
  },
): GuardedDoor {
  return door as GuardedDoor;
}

/** The door as `Asked` names it, e.g. `GET /api/v2/conversations/{conversationId}`. */
export function doorName(door: Pick<Door, 'method' | 'path'>): string {
  return `${door.method} ${door.path}`;
}

/** 200 with a JSON body. */
export function ok(json: unknown): Answer {
  return { status: 200, json };
}
