/** Stored units of a stream back into the packets that can be heard. */
import type { StoredUnit } from '@tacet/capture';
import type { Codec } from '@tacet/domain';
import type { G711Law } from '@tacet/wire/codec';
import { createRtpHeader, readRtpHeader } from '@tacet/wire/rtp';
import type { ChannelMap } from './channel-map.ts';
import { frameRate } from './frames.ts';
import type { AudioPacket } from './place-audio.ts';

/** The law of each payload type; `undefined` for telephone events and whatever else is no audio to be decoded. */
export type PayloadLaws = readonly (G711Law | undefined)[];

const lawsByName: { readonly [name: string]: G711Law } = { PCMU: 'pcmu', PCMA: 'pcma' };

export function payloadLaws(codecs: readonly Codec[]): PayloadLaws {
  const laws: (G711Law | undefined)[] = Array.from({ length: 128 });
  for (const { name, payloadType, clockRate } of codecs) {
    if (clockRate === frameRate) laws[payloadType] = lawsByName[name];
  }
  return laws;
}

/** The packets among `units` that hold sound, in the same order; they share the units' bytes. */
export function audioPackets(
  units: readonly StoredUnit[],
  laws: PayloadLaws,
  channelsAt: ChannelMap,
): readonly AudioPacket[] {
  const header = createRtpHeader();
  const packets: AudioPacket[] = [];
  for (const { bytes, arrivedAt } of units) {
    if (readRtpHeader(bytes, header) !== 'ok' || header.payloadBytes === 0) continue;
    const law = laws[header.payloadType];
    if (law === undefined) continue;
    const { ssrc, sequence, timestamp, payloadOffset, payloadBytes } = header;
    const payload = bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
    packets.push({ arrivedAt, ssrc, sequence, timestamp, payload, law, channels: channelsAt(arrivedAt) });
  }
  return packets;
}
