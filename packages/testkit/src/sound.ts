/** Sounds for tests: tones made and found again, and packets taken out of what an encoder wrote. */

/** So many ms of one frequency. */
export function sine(hertz: number, rate: number, ms: number, amplitude = 8_000): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: (rate * ms) / 1_000 }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * at) / rate)),
  );
}

/** Amplitude of one frequency in a stretch. */
export function amplitudeOf(samples: ArrayLike<number>, rate: number, hertz: number): number {
  let [re, im] = [0, 0];
  for (let at = 0; at < samples.length; at += 1) {
    const sample = samples[at] ?? 0;
    re += sample * Math.cos((2 * Math.PI * hertz * at) / rate);
    im += sample * Math.sin((2 * Math.PI * hertz * at) / rate);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

/** Strength of one frequency in a stretch, as a share of all its energy; 0 of silence. */
export function shareOf(samples: Int16Array, rate: number, hertz: number): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return (amplitudeOf(samples, rate, hertz) ** 2 * samples.length) / (2 * Math.max(1, energy));
}

/** Packets of the only stream of an Ogg file (RFC 3533 §6), those of its head among them. */
export function oggPackets(file: Buffer): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  const part: Buffer[] = [];
  for (let at = 0; at + 27 <= file.length; ) {
    const count = file[at + 26] ?? 0;
    let body = at + 27 + count;
    for (const size of file.subarray(at + 27, at + 27 + count)) {
      part.push(file.subarray(body, body + size));
      body += size;
      if (size < 255) packets.push(Buffer.concat(part.splice(0)));
    }
    at = body;
  }
  return packets;
}
