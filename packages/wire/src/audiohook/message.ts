/** Messages of AudioHook, version 2, as values; and a client's text read into one. */
import { found, type Result, refused } from '../result.ts';
import { readDuration } from './duration.ts';
import { audioHookLimits } from './limits.ts';
import { type OfferedMedia, readOfferedMedia } from './media.ts';

export const nullUuid = '00000000-0000-0000-0000-000000000000';

export interface ContinuedSession {
  readonly id: string;
  readonly serverseq: number;
  readonly clientseq: number;
}

export interface OpenParameters {
  readonly organizationId: string;
  readonly conversationId: string;
  readonly participant: {
    readonly id: string;
    readonly ani: string;
    readonly aniName: string;
    readonly dnis: string;
  };
  readonly media: readonly OfferedMedia[];
  readonly continuedSessions: readonly ContinuedSession[];
}

export const closeReasons = ['end', 'error', 'disconnect', 'reconnect'] as const;
export type CloseReason = (typeof closeReasons)[number];

/** What a client says. Lengths and positions are in seconds. */
export type ClientSaying =
  | { readonly type: 'open'; readonly parameters: OpenParameters }
  | { readonly type: 'close'; readonly reason: CloseReason }
  | { readonly type: 'discarded' | 'resumed'; readonly start: number; readonly discarded: number }
  | { readonly type: 'paused' | 'ping' }
  | { readonly type: 'update'; readonly language: string }
  | { readonly type: 'error'; readonly code: number };

export type MessageFaultCode = 'notJson' | 'envelopeInvalid' | 'typeUnknown' | 'parametersInvalid';

export const disconnectReasons = ['completed', 'unauthorized', 'error'] as const;
export type DisconnectReason = (typeof disconnectReasons)[number];

/** What a server says, without its envelope. */
export type ServerSaying =
  | {
      readonly type: 'opened';
      readonly parameters: { readonly media: readonly OfferedMedia[]; readonly startPaused: boolean };
    }
  | { readonly type: 'closed' | 'pause' | 'resume' | 'pong' | 'updated'; readonly parameters: Record<string, never> }
  | { readonly type: 'reconnect'; readonly parameters: { readonly info: string } }
  | { readonly type: 'disconnect'; readonly parameters: { readonly reason: DisconnectReason; readonly info?: string } };

type Fields = { readonly [name: string]: unknown };

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID in lower case; the null UUID is one, as probes use it. */
export function readUuid(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length !== 36) return undefined;
  const lower = value.toLowerCase();
  return uuidPattern.test(lower) ? lower : undefined;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= audioHookLimits.textCharactersMax ? value : undefined;
}

function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function readContinued(value: unknown): readonly ContinuedSession[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > audioHookLimits.continuedMax) return undefined;
  const sessions = value.flatMap((entry): ContinuedSession[] => {
    const fields = fieldsOf(entry);
    const id = readUuid(fields?.['id']);
    const serverseq = readNumber(fields?.['serverseq']);
    const clientseq = readNumber(fields?.['clientseq']);
    return id === undefined || serverseq === undefined || clientseq === undefined ? [] : [{ id, serverseq, clientseq }];
  });
  return sessions.length === value.length ? sessions : undefined;
}

function readOpen(given: Fields): ClientSaying | undefined {
  const organizationId = readUuid(given['organizationId']);
  const conversationId = readUuid(given['conversationId']);
  const media = readOfferedMedia(given['media']);
  const continuedSessions = readContinued(given['continuedSessions']);
  const who = fieldsOf(given['participant']);
  const id = readUuid(who?.['id']);
  const [ani, aniName, dnis] = ['ani', 'aniName', 'dnis'].map((name) => readText(who?.[name]));
  if (organizationId === undefined || conversationId === undefined || media === undefined) return undefined;
  if (id === undefined || ani === undefined || aniName === undefined || dnis === undefined) return undefined;
  if (continuedSessions === undefined) return undefined;
  const participant = { id, ani, aniName, dnis };
  return { type: 'open', parameters: { organizationId, conversationId, participant, media, continuedSessions } };
}

function readGap(type: 'discarded' | 'resumed', given: Fields): ClientSaying | undefined {
  const start = readDuration(given['start']);
  const discarded = readDuration(given['discarded']);
  return start === undefined || discarded === undefined ? undefined : { type, start, discarded };
}

function readClose(given: Fields): ClientSaying | undefined {
  const reason = closeReasons.find((one) => one === given['reason']);
  return reason === undefined ? undefined : { type: 'close', reason };
}

function readError(given: Fields): ClientSaying | undefined {
  const code = readNumber(given['code']);
  const isFit = code !== undefined && code >= 400 && code < 10_000;
  return isFit && typeof given['message'] === 'string' ? { type: 'error', code } : undefined;
}

function readUpdate(given: Fields): ClientSaying | undefined {
  const language = readText(given['language']);
  return language === undefined ? undefined : { type: 'update', language };
}

function readPing(given: Fields): ClientSaying | undefined {
  const isFit = given['rtt'] === undefined || readDuration(given['rtt']) !== undefined;
  return isFit ? { type: 'ping' } : undefined;
}

const readers: { readonly [type in ClientSaying['type']]: (given: Fields) => ClientSaying | undefined } = {
  open: readOpen,
  close: readClose,
  discarded: (given) => readGap('discarded', given),
  resumed: (given) => readGap('resumed', given),
  paused: () => ({ type: 'paused' }),
  ping: readPing,
  update: readUpdate,
  error: readError,
};

function isType(value: unknown): value is ClientSaying['type'] {
  return typeof value === 'string' && Object.hasOwn(readers, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The envelope of a message, whatever its type; sequence numbers are judged before the rest is. */
export interface Envelope {
  readonly id: string;
  readonly seq: number;
  readonly serverseq: number;
  readonly position: number;
  readonly type: unknown;
  readonly parameters: Fields;
}

export function readEnvelope(text: string): Result<Envelope, MessageFaultCode> {
  const value = parseJson(text);
  if (value === undefined) return refused('notJson', 'message');
  const fields = fieldsOf(value);
  const id = readUuid(fields?.['id']);
  const seq = readNumber(fields?.['seq']);
  const serverseq = readNumber(fields?.['serverseq']);
  const position = readDuration(fields?.['position']);
  const parameters = fieldsOf(fields?.['parameters']);
  if (fields?.['version'] !== '2') return refused('envelopeInvalid', 'version');
  if (id === undefined) return refused('envelopeInvalid', 'id');
  if (seq === undefined || serverseq === undefined) return refused('envelopeInvalid', 'sequence numbers');
  if (position === undefined) return refused('envelopeInvalid', 'position');
  if (parameters === undefined) return refused('envelopeInvalid', 'parameters');
  return found({ id, seq, serverseq, position, type: fields['type'], parameters });
}

/** What the message says. */
export function readSaying({ type, parameters }: Envelope): Result<ClientSaying, MessageFaultCode> {
  if (!isType(type)) return refused('typeUnknown', 'type');
  const saying = readers[type](parameters);
  return saying === undefined ? refused('parametersInvalid', type) : found(saying);
}
