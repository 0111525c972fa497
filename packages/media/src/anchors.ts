/** Which packets of a stream are anchors: understood without earlier ones, as its codec has it. */
import type { Codec } from '@tacet/domain';
import type { RtpHeader } from '@tacet/wire/rtp';
import { startsVp8KeyFrame } from '@tacet/wire/video';

export type AnchorRule = (packet: Uint8Array, header: RtpHeader) => boolean;

/** By the codec's name, as SDP writes it. */
const rules: { readonly [codec: string]: ((bytes: Uint8Array, from: number, to: number) => boolean) | undefined } = {
  VP8: startsVp8KeyFrame,
};

/** For a stream that needs anchors. A payload of a codec that nobody here knows is none: its gate then stays shut. */
export function anchorRuleOf(codecs: readonly Codec[]): AnchorRule {
  const byType = Array.from({ length: 128 }, (_, type) => {
    const codec = codecs.find(({ payloadType }) => payloadType === type);
    return codec === undefined ? undefined : rules[codec.name];
  });
  return (packet, { payloadType, payloadOffset, payloadBytes }) =>
    byType[payloadType]?.(packet, payloadOffset, payloadOffset + payloadBytes) === true;
}
