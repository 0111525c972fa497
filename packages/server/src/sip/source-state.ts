/** What an offer and its metadata say of the source's own pauses (RFC 7866 §7.1.1.1, RFC 7865 §6.8; ADR 17). */
import {
  isAgainstRecording,
  isHeld,
  type OfferedStream,
  recordPreferenceOf,
  type SessionDescription as SdpDescription,
} from '@tacet/wire/sdp';
import type { RecordingMetadata } from '@tacet/wire/siprec';
import type { SourceState } from '../control/index.ts';

export interface SaidBySource {
  readonly state: SourceState;
  /** By place of the media line: whether nothing is to be recorded of it for now. */
  readonly masked: readonly boolean[];
}

export interface OfferToJudge {
  readonly offer: SdpDescription;
  readonly lines: readonly OfferedStream[];
  readonly metadata: RecordingMetadata | undefined;
  /** Ids of participants who are in the call. */
  readonly present: ReadonlySet<string>;
  /** We asked the source to send nothing: that a line is inactive is then no word of its own. */
  readonly isSilencedByUs: boolean;
}

function isUnwanted({ offer }: OfferToJudge, place: number): boolean {
  const media = offer.media[place];
  return media !== undefined && isAgainstRecording(recordPreferenceOf(offer, media));
}

function isSilent({ offer, lines, isSilencedByUs }: OfferToJudge, place: number): boolean {
  const media = offer.media[place];
  if (media !== undefined && isHeld(offer, media)) return true;
  return lines[place]?.isSending === false && !isSilencedByUs;
}

/**
 * Who is on hold: whoever is in the call and neither sends nor receives a stream any more, though the metadata did say
 * of them what they send. Who only listens is not on hold.
 */
function holdOf({ metadata, present }: OfferToJudge): 'some' | 'all' | undefined {
  const takesPart = new Map<string, boolean>();
  for (const { participantId, sends, receives, disassociatedAt } of metadata?.participantStreams ?? []) {
    if (!present.has(participantId)) continue;
    const isActive = disassociatedAt === undefined && sends.length + receives.length > 0;
    takesPart.set(participantId, isActive || takesPart.get(participantId) === true);
  }
  const active = [...takesPart.values()].filter((isActive) => isActive).length;
  if (active === takesPart.size) return undefined;
  return active === 0 ? 'all' : 'some';
}

/**
 * The source has paused when nothing that it offers is to be recorded: no stream is sent, or none is wanted. Where the
 * metadata says that everybody is on hold, that is why nothing is sent, and it is a hold instead.
 */
export function saidBySource(judged: OfferToJudge): SaidBySource {
  const { offer, lines } = judged;
  const places = [...lines.keys()];
  const taken = places.filter((place) => lines[place]?.isAcceptable === true);
  const masked = places.map((place) => taken.includes(place) && (isUnwanted(judged, place) || isSilent(judged, place)));
  const isEmptied = offer.media.length > 0 && offer.media.every(({ port }) => port === 0);
  const isAllMasked = taken.length > 0 ? taken.every((place) => masked[place]) : isEmptied;
  const hold = holdOf(judged);
  const isWish = taken.some((place) => isUnwanted(judged, place));
  const isPaused = isAllMasked && (hold !== 'all' || isWish);
  return { state: { isPaused, ...(hold === undefined ? {} : { hold }) }, masked };
}
