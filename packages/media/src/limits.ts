/** Bounds on taking in and rendering media, each with its reason. */

export interface MediaLimits {
  /** A source may move to another address once the old one has been silent for this long; a live one sends every 20 ms. */
  readonly sourceSilenceMs: number;
  /** RTCP that comes sooner than this after the last is refused; senders report every few seconds (RFC 3550 §6.2). */
  readonly rtcpIntervalMs: number;
  /** Sources (SSRCs) of one stream whose numbering is remembered; a stream has one, and for a moment two. */
  readonly sourcesPerStreamMax: number;
  /** Units whose place in the sound is remembered until keys in them are judged: 80 ms of packets of 2.5 ms and more. */
  readonly watchedUnitsMax: number;
  /** A packet may come this late and still fill its place; what is missing for longer is lost. */
  readonly reorderAllowanceMs: number;
  /** Gaps that wait for late packets: more than every second packet of two seconds missing. Beyond it the oldest are joined. */
  readonly gapsWaitingMax: number;
  /** How far a packet may stand off its clock before the question is asked whether the source restarted it. */
  readonly clockDeviationMs: number;
  /** How long packets are looked at to tell the fastest way through the network, and a restarted clock from a stall. */
  readonly clockLookAheadMs: number;
  /** Packets looked at for that at most: `clockLookAheadMs` at 20 ms, with room for shorter packets. */
  readonly clockLookAheadPackets: number;
  /** Packets that must have been looked at before the fastest among them is taken for the fastest there is. */
  readonly clockSettledPackets: number;
  /** Stretch over which the fastest packet is looked for when a clock's drift is measured: 500 packets. */
  readonly driftStretchMs: number;
  /** What a clock may stand off by before it is moved: less is not heard, and may be the network. */
  readonly driftToleratedMs: number;
  /** Stretches in a row that must say the same. */
  readonly driftStretches: number;
  /** Sender reports of one segment that must say alike what a clock says; one alone may be any mistake. */
  readonly reportsMin: number;
  /** How far two of them, or two segments, may differ and still say the same: one packet, as many senders round to it. */
  readonly reportsAgreedMs: number;
  /** A report about an instant farther from the last packet than this says nothing of that packet's time. */
  readonly reportReachMs: number;
  /** The most by which reports may move a source: longer ways through a network are not used for speech. */
  readonly alignmentMsMax: number;
  /** A change of that by more than this is believed when it is said again. */
  readonly alignmentJumpMs: number;
  /** What neighbouring packets may overlap by while a source is moved; half a millisecond in 20 is not heard. */
  readonly alignmentStepMs: number;
  /** Clocks remembered per stream, so that a source that comes back goes on where it was. */
  readonly clocksPerStreamMax: number;
  /** Packets at the end of a segment that a decoder hears before the next one: half a second at 20 ms, for any codec. */
  readonly warmUpPackets: number;
  /** Seconds after which a decoder starts anew; a pause is cut into segments and longer than this, or was withheld. */
  readonly warmUpGapSeconds: number;
  /** Recordings whose clocks are remembered for the next range that is asked for. */
  readonly rememberedRecordingsMax: number;
  /** Bytes of a mail or a text file that are searched for numbers to mask: up to 0.1 s on the main thread. */
  readonly searchedBodyBytesMax: number;
}

export const mediaLimits: MediaLimits = {
  sourceSilenceMs: 2_000,
  rtcpIntervalMs: 200,
  sourcesPerStreamMax: 4,
  watchedUnitsMax: 64,
  reorderAllowanceMs: 2_000,
  gapsWaitingMax: 256,
  clockDeviationMs: 200,
  clockLookAheadMs: 1_000,
  clockLookAheadPackets: 128,
  clockSettledPackets: 25,
  driftStretchMs: 10_000,
  driftToleratedMs: 5,
  driftStretches: 3,
  reportsMin: 2,
  reportsAgreedMs: 20,
  reportReachMs: 10_000,
  alignmentMsMax: 500,
  alignmentJumpMs: 100,
  alignmentStepMs: 0.5,
  clocksPerStreamMax: 16,
  warmUpPackets: 25,
  warmUpGapSeconds: 0.1,
  rememberedRecordingsMax: 64,
  searchedBodyBytesMax: 262_144,
};
