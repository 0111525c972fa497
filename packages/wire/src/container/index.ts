/** Files that hold sound: WAV, and the head of MP3. */

export { type ContainerLimits, containerLimits } from './limits.ts';
export { mp3InfoFrame } from './mp3-info.ts';
export { readWav, type WavSound } from './read-wav.ts';
export {
  type WavEncoding,
  type WavFaultCode,
  type WavFormat,
  type WavPatch,
  wavFrameBytes,
  wavHeader,
  wavLengthPatches,
  wavPadBytes,
} from './wav.ts';
