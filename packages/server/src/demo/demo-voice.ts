/** What is heard in the demo call: two people as rising and falling tones, and a card number as the digits' tones. */
import { encodeG711 } from '@tacet/wire/codec';

/** Row and column frequencies of the digits on a telephone keypad, in Hz (ITU-T Q.23). */
const keypad: { readonly [digit: string]: readonly [number, number] } = {
  '0': [941, 1336],
  '1': [697, 1209],
  '2': [697, 1336],
  '3': [697, 1477],
  '4': [770, 1209],
  '5': [770, 1336],
  '6': [770, 1477],
  '7': [852, 1209],
  '8': [852, 1336],
  '9': [852, 1477],
};
const frame = 160;
const sampleRate = 8000;
const loudness = 5_000;
/** A digit lasts 100 ms, and so does the silence behind it. */
const digitFrames = 5;

function tones(n: number, frequencies: readonly number[]): Uint8Array {
  const samples = new Int16Array(frame);
  for (let i = 0; i < frame; i += 1) {
    const t = (n * frame + i) / sampleRate;
    const sum = frequencies.reduce((total, hz) => total + Math.sin(2 * Math.PI * hz * t), 0);
    samples[i] = Math.round((loudness * sum) / Math.max(1, frequencies.length));
  }
  return encodeG711('pcmu', samples);
}

/** Someone talks: a tone that steps through a scale, with a breath now and then. */
export function talk(baseHz: number): (n: number) => Uint8Array {
  const scale = [1, 1.125, 1.25, 1.5, 1.25, 1.125];
  return (n) => {
    const step = Math.floor(n / 10);
    const isBreath = step % 7 === 6;
    return tones(n, isBreath ? [] : [baseHz * (scale[step % scale.length] ?? 1)]);
  };
}

/** Someone keys in digits, beginning with packet `from`. */
export function keyIn(digits: string, from: number): (n: number) => Uint8Array {
  return (n) => {
    const place = Math.floor((n - from) / digitFrames);
    const isDigit = place >= 0 && place % 2 === 0;
    return tones(n, isDigit ? (keypad[digits[place / 2] ?? ''] ?? []) : []);
  };
}
