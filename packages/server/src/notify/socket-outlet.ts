/** A client's socket as the way to it: what is sent, what has arrived, whether anybody is still there. */
import type { Socket } from 'node:net';
import type { Clock } from '@tacet/domain';
import type { WebSocket } from 'ws';
import type { EndReason } from './channel.ts';
import type { NotifyLimits } from './limits.ts';
import type { Outlet } from './line.ts';

/** How each end is told: the close code (RFC 6455 §7.4; from 4000 on ours) and a sentence. */
const ends: { readonly [why in EndReason]: readonly [code: number, message: string] } = {
  stopping: [1001, 'The server stops; come back in a moment.'],
  expired: [1001, 'The time of this channel is over; make a new one.'],
  unauthorised: [1008, 'The token of this channel is not valid any more.'],
  tooMuch: [1008, 'Too many frames.'],
  tooSlow: [1013, 'The client takes messages too slowly; they wait for it to come back.'],
  replaced: [4409, 'Another client has connected to this channel.'],
  removed: [4410, 'The channel was removed.'],
  silent: [1001, 'The client does not answer.'],
};

export interface SocketEvents {
  readonly onDrain: () => void;
  /** The client has everything up to this event. */
  readonly onReceived: (number: number) => void;
}

export interface SocketOutlet extends Outlet {
  /** Sends a heartbeat and asks for an answer. @returns whether anything was heard since the last one. */
  beat(number: number): boolean;
  /** Something was heard. */
  heard(): void;
}

const heartbeat = JSON.stringify({ topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } });

export function socketOutlet(
  webSocket: WebSocket,
  socket: Socket,
  { clock, limits }: { readonly clock: Clock; readonly limits: NotifyLimits },
  { onDrain, onReceived }: SocketEvents,
): SocketOutlet {
  /** Events of which we asked last whether they have arrived, and of which we shall ask next. */
  let asked: number | undefined;
  let wanted: number | undefined;
  let isHeard = true;
  const ask = (): void => {
    if (asked !== undefined || wanted === undefined) return;
    asked = wanted;
    wanted = undefined;
    webSocket.ping(String(asked));
  };
  const probe = (number: number): void => {
    wanted = number;
    ask();
  };
  webSocket.on('pong', (payload) => {
    isHeard = true;
    if (asked === undefined || payload.toString('latin1') !== String(asked)) return;
    const arrived = asked;
    asked = undefined;
    onReceived(arrived);
    ask();
  });
  socket.on('drain', onDrain);
  return {
    get bufferedBytes() {
      return webSocket.bufferedAmount;
    },
    send: (text) => webSocket.send(text),
    probe,
    heard: () => {
      isHeard = true;
    },
    beat: (number) => {
      const wasHeard = isHeard;
      isHeard = false;
      webSocket.send(heartbeat);
      probe(number);
      return wasHeard;
    },
    end: (why) => {
      const [code, message] = ends[why];
      // Who takes nothing would only have more to take.
      if (why !== 'tooSlow' && why !== 'silent') {
        webSocket.send(JSON.stringify({ topicName: 'v2.system.socket_closing', eventBody: { message } }));
      }
      webSocket.close(code, message);
      const cancel = clock.later(limits.closingMs, () => webSocket.terminate());
      webSocket.once('close', cancel);
    },
  };
}
