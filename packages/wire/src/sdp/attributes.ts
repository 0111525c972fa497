/** What the attributes of a media line mean: label, direction, formats, and where its media comes from. */

import { staticMeaning } from './audio-codecs.ts';
import type { Connection, MediaDescription, SessionDescription } from './description.ts';

/** Which way media flows, seen from the side that wrote the line (RFC 8866 §6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a payload type stands for (RFC 8866 §6.6). `encoding` is in lower case, since its case has no meaning. */
export interface RtpMap {
  readonly encoding: string;
  /** In hertz. */
  readonly clockRate: number;
  readonly channels: number;
}

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies Direction[];

/** The stream's label (RFC 4574), by which the metadata names it; undefined when there is none. */
export function labelOf(media: MediaDescription): string | undefined {
  return attributeValue(media, 'label') || undefined;
}

/**
 * The direction of a media line: its own, else the session's, else `sendrecv` (RFC 8866 §6.7). Where one section
 * contradicts itself the line counts as `inactive`: a contradictory state is closed (promise P5).
 */
export function directionOf(description: SessionDescription, media: MediaDescription): Direction {
  return sectionDirection(media) ?? sectionDirection(description) ?? 'sendrecv';
}

/** The connection that holds for a media line: its own first one, else the session's first one. */
export function connectionOf(description: SessionDescription, media: MediaDescription): Connection | undefined {
  return media.connections[0] ?? description.connections[0];
}

/**
 * Whether the sender holds the stream by the older way of an all-zero address (RFC 2543, mentioned in RFC 3264 §8.4);
 * some clients pause a recording like this and say nothing else. No c= line at all is not a hold.
 */
export function isHeld(description: SessionDescription, media: MediaDescription): boolean {
  const address = connectionOf(description, media)?.address;
  return address === '0.0.0.0' || (address !== undefined && /^[0:]*:[0:]*$/.test(address));
}

/** Whether the side that wrote the line sends media on it now. */
export function isSending(description: SessionDescription, media: MediaDescription): boolean {
  const direction = directionOf(description, media);
  return media.port !== 0 && (direction === 'sendrecv' || direction === 'sendonly') && !isHeld(description, media);
}

/** What a format of the line stands for: by its rtpmap line, else by the static table; undefined if unknown. */
export function rtpMapOf(media: MediaDescription, format: string): RtpMap | undefined {
  const rest = parameterOf(media, 'rtpmap', format);
  if (rest === undefined) return staticMeaning(format);
  const parts = /^([^/\s]{1,64})\/(\d{1,6})(?:\/(\d{1,2}))?$/.exec(rest);
  if (parts === null) return undefined;
  const [, encoding = '', clockRate, channels = '1'] = parts;
  return { encoding: encoding.toLowerCase(), clockRate: Number(clockRate), channels: Number(channels) };
}

/** The format parameters of one format (RFC 8866 §6.15). */
export function formatParametersOf(media: MediaDescription, format: string): string | undefined {
  return parameterOf(media, 'fmtp', format);
}

/** Milliseconds of audio in one packet (RFC 8866 §6.4), when stated and between 1 and 1000. */
export function packetTimeMsOf(media: MediaDescription): number | undefined {
  const text = attributeValue(media, 'ptime');
  const time = text !== undefined && /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return time >= 1 && time <= 1_000 ? time : undefined;
}

/** The RTCP port when it is not the RTP port plus one (RFC 3605). */
export function rtcpPortOf(media: MediaDescription): number | undefined {
  const port = Number(/^(\d{1,5})(?:\s|$)/.exec(attributeValue(media, 'rtcp') ?? '')?.[1] ?? Number.NaN);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Whether RTP and RTCP may share one port (RFC 5761 §5.1.1). */
export function offersRtcpMux(media: MediaDescription): boolean {
  return media.attributes.some(({ name }) => name === 'rtcp-mux');
}

function attributeValue(media: MediaDescription, name: string): string | undefined {
  return media.attributes.find((attribute) => attribute.name === name)?.value;
}

function parameterOf(media: MediaDescription, name: string, format: string): string | undefined {
  for (const attribute of media.attributes) {
    if (attribute.name !== name || attribute.value === undefined) continue;
    const [subject, ...words] = attribute.value.split(/\s+/);
    if (subject === format) return words.join(' ');
  }
  return undefined;
}

function sectionDirection(section: Pick<MediaDescription, 'attributes'>): Direction | undefined {
  const said = new Set(section.attributes.map(({ name }) => name).filter((name) => directions.includes(name)));
  if (said.size > 1) return 'inactive';
  return [...said][0] as Direction | undefined;
}
