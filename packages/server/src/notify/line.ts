/** A client that is connected to its channel: how far it has been told, and whether it can take more now. */
import type { Actor } from '@tacet/domain';
import type { Channel, EndReason } from './channel.ts';
import { maySee, type ToldEvent } from './told-event.ts';
import type { Topic } from './topics.ts';

/** The way to the client. */
export interface Outlet {
  /** Bytes that were sent and are still ours to deliver. */
  readonly bufferedBytes: number;
  send(text: string): void;
  /** Asks the client for a sign that it has received everything up to this event. */
  probe(number: number): void;
  end(why: EndReason): void;
}

/** Where to go on: everything up to event `number` was told, and of the next one what is named up to `topic`. */
export interface Cursor {
  readonly number: number;
  readonly topic?: string;
}

export interface Line {
  readonly channel: Channel;
  readonly outlet: Outlet;
  cursor: Cursor;
  /** Told of events as they happen; otherwise it is behind and reads them from the outbox. */
  isLive: boolean;
  /** Takes no more until what was sent has left. */
  isBlocked: boolean;
  isOver: boolean;
  /** Cancels what happens when it stays blocked. */
  cancelStuck: () => void;
}

/** The topics under which the channel is told of the event, by name; each once. */
function topicsFor({ byKey }: Channel, event: ToldEvent, actor: Actor): readonly Topic[] {
  const found = new Map<string, Topic>();
  for (const key of event.keys) {
    for (const { topic, since } of byKey.get(key) ?? []) {
      if (since < event.number && maySee(actor, topic, event)) found.set(topic.name, topic);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sends what the client has not been told of the event, and moves on behind it. */
export function tell(line: Line, event: ToldEvent, actor: Actor): void {
  const { cursor, outlet, channel } = line;
  const isBegun = cursor.topic !== undefined && event.number === cursor.number + 1;
  const topics = topicsFor(channel, event, actor);
  const rest = isBegun ? topics.filter(({ name }) => name > (cursor.topic ?? '')) : topics;
  for (const topic of rest) outlet.send(event.messageFor(topic));
  line.cursor = { number: event.number };
  if (rest.length > 0) outlet.probe(event.number);
}

/** Says that events are missing that the client may have wanted; silence would be a lie. */
export function tellGap(
  line: Line,
  reason: 'pruned' | 'positionUnknown',
  missing: { from: number; to?: number },
): void {
  const message =
    reason === 'pruned'
      ? 'Events were forgotten before this client was told of them.'
      : 'The position after which to go on is not known here.';
  const eventBody = { message, reason, ...missing };
  line.outlet.send(JSON.stringify({ topicName: 'v2.tacet.channel.gap', version: '2', eventBody }));
}
