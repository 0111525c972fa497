/** Video codecs in RTP, as far as a recorder has to know them: which packets stand alone, and where frames lie. */
export { type PictureSize, readVp8Packet, startsVp8KeyFrame, type Vp8Packet, vp8PictureSize } from './vp8.ts';
