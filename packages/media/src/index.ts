/** Media: sources that make units, and renderers that make media of them again. */

export { type AudioPlan, type AudioShape, type AudioStyle, audioPlan, type GapMode } from './audio-plan.ts';
export { audioScreen } from './audio-screen.ts';
export type { AudioChannel } from './channel-map.ts';
export { ClockMemory } from './clock-memory.ts';
export type { FrameRange } from './frames.ts';
export {
  decodeItem,
  encodeItem,
  type Item,
  type ItemAttachment,
  type ItemHead,
  type ItemKind,
  type ItemParty,
} from './item-unit.ts';
export { LossMeter, type LostPackets, type Numbering } from './loss-meter.ts';
export { type MaskedItem, maskItem } from './masking/mask-item.ts';
export { findNumbers, withoutSpans } from './masking/mask-text.ts';
export { TextTrail } from './masking/text-trail.ts';
export type { MediaProfile, Placeholder, RendererKind, SourceKind } from './profile.ts';
export { hasPictures, mediaProfiles } from './profiles.ts';
export { readEvents, type StoredEvent } from './read-events.ts';
export { type ItemFlaw, readItems, type StoredItem } from './read-items.ts';
export type { SegmentPorts } from './read-segment.ts';
export { type AudioPorts, AudioRendering, type AudioScore } from './render-audio.ts';
export { type PictureScore, type RenderedTrack, renderPictures, type StillCard } from './render-pictures.ts';
export { renderTranscript, type TranscriptLine } from './render-transcript.ts';
export { type RemoteAddress, type RtpRefusal, RtpSource, type RtpSourceOptions } from './rtp-source.ts';
export { askedTermsMax, termsAsked, termsOf } from './search/terms.ts';
export type { DecodeRun } from './sound-codecs.ts';
