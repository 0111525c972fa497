/** What takes media in, without what renders it: all that a media worker reads at its start. */
export { audioScreen } from './audio-screen.ts';
export { LossMeter, type LostPackets, type Numbering } from './loss-meter.ts';
export type { NativeEars } from './native-key-watch.ts';
export { type RemoteAddress, type RtpRefusal, RtpSource, type RtpSourceOptions } from './rtp-source.ts';
