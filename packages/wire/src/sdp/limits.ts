/** Bounds on session descriptions: far above what a recording client sends, far below what could hurt. */

export interface SdpLimits {
  /** Bytes of one description. A two-stream offer takes under 1 KiB; 64 streams with every attribute fit in this. */
  readonly descriptionBytesMax: number;
  /** Lines of one description; keeps the work per message small whatever the line lengths are. */
  readonly linesMax: number;
  /** Characters of one line. The longest honest lines (fmtp of video codecs, candidates) stay below 1,000. */
  readonly lineCharsMax: number;
  /** m= lines. A conference recorded apart has one per participant; each would need a port of ours. */
  readonly mediaMax: number;
  /** Attributes of the session section or of one m= section; video offers reach about 100. */
  readonly attributesMax: number;
  /** Formats on one m= line; a payload type has 7 bits, so more than 128 cannot be meant. */
  readonly formatsMax: number;
  /** Payload types for keys and comfort noise beside a codec; offers have one of each at one or two clock rates. */
  readonly companionsMax: number;
  /** t= lines and, apart from them, b= lines and c= lines of one section; offers have one or two. */
  readonly repeatsMax: number;
}

export const sdpLimits: SdpLimits = {
  descriptionBytesMax: 32_768,
  linesMax: 2_048,
  lineCharsMax: 4_096,
  mediaMax: 64,
  attributesMax: 256,
  formatsMax: 128,
  companionsMax: 8,
  repeatsMax: 16,
};
