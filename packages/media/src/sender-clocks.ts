/**
 * What sender reports say of a source's clock (RFC 3550 §6.4.1): where its packets stand in its sender's own time. All
 * sources of one sender tell the same time, whatever their packets met on the way.
 */
import type { StoredUnit } from '@tacet/capture';
import { isRtcp, readRtcp, type SenderReport } from '@tacet/wire/rtp';
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import type { AudioPacket, PlacedPacket } from './place-audio.ts';
import { frameOf } from './rtp-clocks.ts';

/** What the reports of one source in one segment say alike. */
export interface ClockClaim {
  readonly ssrc: number;
  /** The sender's name, hashed: sources with the same one are read off one clock. */
  readonly sender: string;
  /** The frame, as packets were placed by their arrival, at which the sender's clock stood at zero. */
  readonly zero: number;
}

interface Told {
  readonly report: SenderReport;
  readonly sender: string;
  readonly arrivedAt: number;
}

const agreedFrames = mediaLimits.reportsAgreedMs * framesPerMs;
const reachFrames = mediaLimits.reportReachMs * framesPerMs;

function toldIn(units: readonly StoredUnit[]): readonly Told[] {
  const found: Told[] = [];
  for (const { bytes, arrivedAt } of units) {
    if (!isRtcp(bytes)) continue;
    const read = readRtcp(bytes);
    // Without a name nobody can say whose clock it is; all zeros mean that the sender has none (RFC 3550 §6.4.1).
    if (!read.ok || read.value.cname === undefined) continue;
    const sender = Buffer.from(read.value.cname).toString('latin1');
    for (const report of read.value.senderReports) {
      if (report.ntpSeconds !== 0 || report.ntpFraction !== 0) found.push({ report, sender, arrivedAt });
    }
  }
  return found;
}

/** Where the sender's clock stood at zero, by one report and a packet of the same source. */
function zeroOf(
  { ntpSeconds, ntpFraction, timestamp }: SenderReport,
  { frame, packet }: PlacedPacket,
): number | undefined {
  const at = frameOf({ timestamp: packet.timestamp, frame }, { timestamp, ticksPerFrame: packet.ticksPerFrame });
  if (Math.abs(at - frame) > reachFrames) return undefined;
  return at - (ntpSeconds + ntpFraction / 2 ** 32) * 1_000 * framesPerMs;
}

/** The middle one, if most stand by it: a sender whose clock is set while it sends says two things, and is not believed. */
function agreed(zeros: readonly number[]): number | undefined {
  const sorted = [...zeros].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined || sorted.length < mediaLimits.reportsMin) return undefined;
  const alike = sorted.filter((zero) => Math.abs(zero - middle) <= agreedFrames);
  return alike.length * 4 >= sorted.length * 3 ? middle : undefined;
}

/**
 * @param units of one segment, in the order of arrival.
 * @param placed its packets, placed by their arrival alone.
 */
export function clockClaims(units: readonly StoredUnit[], placed: readonly PlacedPacket[]): readonly ClockClaim[] {
  const told = toldIn(units);
  if (told.length === 0) return [];
  const byArrival = [...placed].sort((a, b) => a.packet.arrivedAt - b.packet.arrivedAt);
  const last = new Map<AudioPacket['ssrc'], PlacedPacket>();
  const zeros = new Map<number, { readonly sender: string; readonly zeros: number[] }>();
  let at = 0;
  for (const { report, sender, arrivedAt } of told) {
    for (let next = byArrival[at]; next !== undefined && next.packet.arrivedAt <= arrivedAt; next = byArrival[++at]) {
      last.set(next.packet.ssrc, next);
    }
    const packet = last.get(report.ssrc);
    const zero = packet === undefined ? undefined : zeroOf(report, packet);
    if (zero === undefined) continue;
    const known = zeros.get(report.ssrc) ?? { sender, zeros: [] };
    zeros.set(report.ssrc, known);
    if (known.sender === sender) known.zeros.push(zero);
  }
  return [...zeros].slice(0, mediaLimits.clocksPerStreamMax).flatMap(([ssrc, { sender, zeros: said }]) => {
    const zero = agreed(said);
    return zero === undefined ? [] : [{ ssrc, sender, zero }];
  });
}
