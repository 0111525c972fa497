/** Bytes to session description: strict about what decides over media, tolerant where vendors are known to be odd. */

import { found, type Result, refused } from '../result.ts';
import type {
  Attribute,
  Connection,
  MediaDescription,
  Origin,
  SdpFaultCode,
  SessionDescription,
} from './description.ts';
import { sdpLimits } from './limits.ts';

interface SectionDraft {
  readonly connections: Connection[];
  readonly bandwidths: string[];
  readonly attributes: Attribute[];
}

interface MediaDraft extends SectionDraft {
  readonly head: Pick<MediaDescription, 'kind' | 'port' | 'portCount' | 'protocol' | 'formats'>;
}

interface Draft {
  readonly session: SectionDraft;
  readonly times: string[];
  readonly media: MediaDraft[];
  origin: Origin | undefined;
  name: string | undefined;
}

/** Takes one line's value into the draft; answers a code when it cannot. */
type TakeLine = (draft: Draft, value: string) => SdpFaultCode | undefined;

const utf8 = new TextDecoder();
const anonymousOrigin: Origin = {
  username: '-',
  sessionId: '0',
  sessionVersion: '0',
  netType: 'IN',
  addressType: 'IP4',
  address: '0.0.0.0',
};

const ignore: TakeLine = () => undefined;

const takers: ReadonlyMap<string, TakeLine> = new Map<string, TakeLine>([
  // A second v= would begin a second description; one body holds one (RFC 8866 §5).
  ['v', () => 'lineRepeated'],
  ['o', takeOrigin],
  ['s', takeName],
  ['c', takeConnection],
  ['b', (draft, value) => push(sectionOf(draft).bandwidths, value, sdpLimits.repeatsMax)],
  ['t', (draft, value) => push(draft.times, value, sdpLimits.repeatsMax)],
  ['a', takeAttribute],
  ['m', takeMedia],
  // These have no meaning between offerer and answerer (RFC 3264 §5), and k= must not be used (RFC 8866 §5.12).
  ...['i', 'u', 'e', 'p', 'r', 'z', 'k'].map((letter) => [letter, ignore] as const),
]);

/**
 * Reads a description (RFC 8866). Lines may end in CRLF, LF or CR; blank lines are passed over; missing o=, s= and t=
 * lines get the values that mean "nothing said"; a missing c= is left to the reader of the media lines. Faults name
 * the line by its number, from 1. Never throws.
 */
export function parseDescription(body: Uint8Array): Result<SessionDescription, SdpFaultCode> {
  if (body.length > sdpLimits.descriptionBytesMax) return refused('descriptionTooLarge', 'bytes');
  const lines = utf8.decode(body).split(/\r\n|\n|\r/);
  if (lines.length > sdpLimits.linesMax) return refused('descriptionTooLarge', 'lines');
  const draft: Draft = { session: emptySection(), times: [], media: [], origin: undefined, name: undefined };
  let hasVersion = false;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const place = `line ${index + 1}`;
    if (line.length > sdpLimits.lineCharsMax) return refused('descriptionTooLarge', place);
    if (!hasVersion) {
      if (line !== 'v=0') return refused('versionUnknown', place);
      hasVersion = true;
      continue;
    }
    const code = takeLine(draft, line);
    if (code !== undefined) return refused(code, place);
  }
  return hasVersion ? found(finish(draft)) : refused('versionUnknown', 'no line');
}

function takeLine(draft: Draft, line: string): SdpFaultCode | undefined {
  if (line[1] !== '=' || line.includes('\0')) return 'lineMalformed';
  const take = takers.get(line.charAt(0));
  return take === undefined ? 'lineUnknown' : take(draft, line.slice(2).trim());
}

function takeOrigin(draft: Draft, value: string): SdpFaultCode | undefined {
  if (draft.origin !== undefined) return 'lineRepeated';
  const words = splitWords(value);
  // The user name is read as whatever stands before the last five words: some gateways put a product name there.
  const [sessionId, sessionVersion, netType, addressType, address] = words.slice(-5);
  if (words.length < 6 || !sessionId || !sessionVersion || !netType || !addressType || !address) return 'lineMalformed';
  const username = words.slice(0, -5).join(' ');
  draft.origin = { username, sessionId, sessionVersion, netType, addressType, address };
  return undefined;
}

function takeName(draft: Draft, value: string): SdpFaultCode | undefined {
  if (draft.name !== undefined) return 'lineRepeated';
  draft.name = value;
  return undefined;
}

function takeConnection(draft: Draft, value: string): SdpFaultCode | undefined {
  const [netType, addressType, address, ...rest] = splitWords(value);
  if (!netType || !addressType || !address || rest.length > 0) return 'lineMalformed';
  return push(sectionOf(draft).connections, { netType, addressType, address }, sdpLimits.repeatsMax);
}

function takeAttribute(draft: Draft, value: string): SdpFaultCode | undefined {
  const colon = value.indexOf(':');
  const name = (colon < 0 ? value : value.slice(0, colon)).trim();
  // An attribute without a name says nothing; refusing the call for it would help nobody.
  if (name === '') return undefined;
  const attribute = { name, value: colon < 0 ? undefined : value.slice(colon + 1).trim() };
  return push(sectionOf(draft).attributes, attribute, sdpLimits.attributesMax);
}

function takeMedia(draft: Draft, value: string): SdpFaultCode | undefined {
  const [kind, ports, protocol, ...formats] = splitWords(value);
  if (!kind || !ports || !protocol) return 'lineMalformed';
  const numbers = /^(\d{1,5})(?:\/(\d{1,5}))?$/.exec(ports);
  const port = Number(numbers?.[1] ?? Number.NaN);
  const portCount = Number(numbers?.[2] ?? 1);
  if (!(port <= 65_535) || portCount < 1) return 'lineMalformed';
  if (formats.length > sdpLimits.formatsMax) return 'descriptionTooLarge';
  return push(
    draft.media,
    { head: { kind, port, portCount, protocol, formats }, ...emptySection() },
    sdpLimits.mediaMax,
  );
}

/** The section a line belongs to: the last m= line's, or the session's before the first one. */
function sectionOf(draft: Draft): SectionDraft {
  return draft.media.at(-1) ?? draft.session;
}

function emptySection(): SectionDraft {
  return { connections: [], bandwidths: [], attributes: [] };
}

function push<Item>(list: Item[], item: Item, max: number): SdpFaultCode | undefined {
  if (list.length >= max) return 'descriptionTooLarge';
  list.push(item);
  return undefined;
}

function splitWords(value: string): string[] {
  return value.split(/\s+/).filter((word) => word !== '');
}

function finish(draft: Draft): SessionDescription {
  return {
    origin: draft.origin ?? anonymousOrigin,
    name: draft.name || '-',
    ...draft.session,
    times: draft.times.length > 0 ? draft.times : ['0 0'],
    media: draft.media.map(({ head, ...section }) => ({ ...head, ...section })),
  };
}
