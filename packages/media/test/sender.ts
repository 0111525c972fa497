/** A sender with a clock of its own, whose streams meet different delays: packets and sender reports as it sends them. */
import { writeSenderReport } from '@tacet/wire/rtp';
import type { MarkFamily } from './marks.ts';
import { mark, marksMax } from './marks.ts';
import type { SentPacket, SentReport, StreamScript } from './recorded-call.ts';

/** Frames of silence at both ends of a payload, so that neighbours may overlap a little and are still told apart. */
export const quietFrames = 40;
const quiet = 0xff;
const reportEveryMs = 5_000;
/** Seconds between 1900 and the sender's start. */
const ntpAtStart = 3_900_000_000;

export interface Way {
  readonly ssrc: number;
  readonly family: MarkFamily;
  readonly seconds: number;
  /** Ms that a packet sent at `ms` takes. */
  readonly delayAt: (ms: number) => number;
  /** The name of the sender's clock; without one it sends no reports. */
  readonly name?: string;
  /** Ms by which a report sent at `ms` lies. */
  readonly lieAt?: (ms: number) => number;
}

/** One source description with nothing but the name (RFC 3550 §6.5). */
function describe(ssrc: number, name: string): Uint8Array {
  const bytes = Buffer.alloc(4 * Math.ceil((10 + name.length + 1) / 4));
  bytes[0] = 0x81;
  bytes[1] = 202;
  bytes.writeUInt16BE(bytes.length / 4 - 1, 2);
  bytes.writeUInt32BE(ssrc, 4);
  bytes[8] = 1;
  bytes[9] = name.length;
  bytes.write(name, 10, 'latin1');
  return bytes;
}

/** A compound packet that says that the sender's clock was at `clockMs` when its stream was at `timestamp`. */
export function compound(ssrc: number, name: string, clockMs: number, timestamp: number): Uint8Array {
  const [seconds, rest] = [Math.floor(clockMs / 1_000), clockMs % 1_000];
  const report = writeSenderReport({
    ssrc,
    ntpSeconds: ntpAtStart + seconds,
    ntpFraction: Math.floor((rest / 1_000) * 2 ** 32),
    timestamp: timestamp >>> 0,
    packetCount: 0,
    payloadBytes: 0,
  });
  return Buffer.concat([report, describe(ssrc, name)]);
}

/** Speech without a break, 20 ms a packet, sent from the start of the recording on. */
export function sent({ ssrc, family, seconds, delayAt, name, lieAt = () => 0 }: Way): StreamScript {
  const first = ssrc * 100_000;
  const packets = Array.from({ length: seconds * 50 }, (_, n): SentPacket => {
    const payload = mark(n % marksMax, family)
      .fill(quiet, 0, quietFrames)
      .fill(quiet, 160 - quietFrames);
    const arrivesMs = n * 20 + delayAt(n * 20);
    return { payload, ssrc, sequence: n & 0xffff, timestamp: (first + n * 160) >>> 0, arrivesMs };
  });
  const reports: SentReport[] = [];
  for (let ms = 1_003; name !== undefined && ms < seconds * 1_000; ms += reportEveryMs) {
    const bytes = compound(ssrc, name, ms + lieAt(ms), first + ms * 8);
    reports.push({ bytes, arrivesMs: ms + delayAt(ms) });
  }
  return { packets: [...packets].sort((a, b) => a.arrivesMs - b.arrivesMs), reports };
}
