/** Files that hold sound: WAV. */

export { type ContainerLimits, containerLimits } from './limits.ts';
export { readWav, type WavSound } from './read-wav.ts';
export { type WavFaultCode, type WavFormat, type WavPatch, wavHeader, wavLengthPatches } from './wav.ts';
