/** An AudioHook client that talks in marked frames. */
import type { AudioHookClient } from './audiohook-client.ts';
import { frameMs, frameOf } from './marks.ts';

const framesAtOnce = 5;

/** A frame for the wire: the marked payloads of the channels, alternating. */
function wireFrame(marks: readonly number[], number: number, format: 'PCMU' | 'L16'): Buffer {
  const width = format === 'L16' ? 2 : 1;
  const payloads = marks.map((stream) => {
    const payload = frameOf({ stream, number });
    // Twice the bytes are as long; what RTP has high byte first, AudioHook has low byte first.
    return width === 1 ? payload : Buffer.concat([payload, payload]).swap16();
  });
  const length = payloads[0]?.length ?? 0;
  const frame = Buffer.alloc(length * marks.length);
  for (const [place, payload] of payloads.entries()) {
    for (let at = 0; at < length; at += width) payload.copy(frame, at * marks.length + place * width, at, at + width);
  }
  return frame;
}

/** A client that talks: five frames each 100 ms, as AudioHook clients do, with all that was handed to its socket. */
export class HookTalker {
  readonly client: AudioHookClient;
  readonly sent: { readonly number: number; readonly at: number }[] = [];
  readonly marks: readonly number[];
  readonly #format: 'PCMU' | 'L16';
  #number: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: AudioHookClient, marks: readonly number[], format: 'PCMU' | 'L16' = 'PCMU', first = 0) {
    this.client = client;
    this.marks = marks;
    this.#format = format;
    this.#number = first;
  }

  start(): void {
    // A test that fails must not talk on for ever.
    this.#timer = setInterval(() => this.#talk(), framesAtOnce * frameMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #talk(): void {
    const numbers = Array.from({ length: framesAtOnce }, (_, place) => this.#number + place);
    this.#number += framesAtOnce;
    const frame = Buffer.concat(numbers.map((number) => wireFrame(this.marks, number, this.#format)));
    const at = performance.timeOrigin + performance.now();
    if (this.client.sendAudio(frame, framesAtOnce * frameMs))
      this.sent.push(...numbers.map((number) => ({ number, at })));
  }
}
