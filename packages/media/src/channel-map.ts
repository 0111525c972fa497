/** Who is heard where: the channels of a stream over time, as transfers move it from one participant to another. */
import type { Instant, ParticipantId, RecordedStream } from '@tacet/domain';

/** One channel of rendered audio: one participant, or what belongs to nobody. */
export interface AudioChannel {
  readonly participantId: ParticipantId | undefined;
}

/** Which channels a packet belongs to, by its arrival; never none, so that nothing that was recorded goes unheard. */
export type ChannelMap = (arrivedAt: Instant) => readonly number[];

type Owners = RecordedStream['owners'];

/** Those who own the stream at an instant; in between two owners it is still the earlier one's. */
function ownersAt(owners: Owners, at: Instant): Owners {
  const active = owners.filter((owner) => owner.from <= at && (owner.to === undefined || at < owner.to));
  if (active.length > 0) return active;
  const begun = owners.filter((owner) => owner.from <= at);
  const last = begun.reduce((latest, owner) => Math.max(latest, owner.to ?? owner.from), Number.NEGATIVE_INFINITY);
  if (begun.length > 0) return begun.filter((owner) => (owner.to ?? owner.from) === last);
  const first = owners.reduce((earliest, owner) => Math.min(earliest, owner.from), Number.POSITIVE_INFINITY);
  return owners.filter((owner) => owner.from === first);
}

export function channelMap({ owners }: Pick<RecordedStream, 'owners'>, channels: readonly AudioChannel[]): ChannelMap {
  const place = (id: ParticipantId | undefined): number => channels.findIndex((c) => c.participantId === id);
  const fallback = [Math.max(0, place(undefined))];
  const edges = [...new Set(owners.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])))];
  const changes = edges.sort((a, b) => b - a).map((from) => ({ from, channels: channelsAt(from) }));
  const before = owners.length === 0 ? fallback : channelsAt(Number.NEGATIVE_INFINITY as Instant);
  return (arrivedAt) => changes.find(({ from }) => from <= arrivedAt)?.channels ?? before;

  function channelsAt(at: Instant): readonly number[] {
    const heard = new Set(ownersAt(owners, at).map((owner) => place(owner.participantId)));
    heard.delete(-1);
    return heard.size === 0 ? fallback : [...heard];
  }
}

/** The same map where there are fewer channels: whoever has none of their own is heard in the last one. */
export function folded(map: ChannelMap, channelCount: number): ChannelMap {
  return (arrivedAt) => {
    const channels = map(arrivedAt);
    if (channels.every((channel) => channel < channelCount)) return channels;
    return [...new Set(channels.map((channel) => Math.min(channel, channelCount - 1)))];
  };
}
