/** Brings sound to another rate: a windowed sinc, cut off below the lower of both rates' halves. */

/** Zero crossings of the sinc on each side: steep enough that aliases lie 60 dB down above a tenth of the band. */
const crossings = 20;
const cutoff = 0.92;

/** Taps for each place between two input samples at which an output sample can fall. */
interface Filter {
  readonly up: number;
  readonly down: number;
  readonly reach: number;
  readonly phases: readonly Float64Array[];
}

const filters = new Map<string, Filter>();

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function makeFilter(from: number, to: number): Filter {
  const common = divisor(from, to);
  const [up, down] = [to / common, from / common];
  const band = Math.min(1, to / from) * cutoff;
  const reach = Math.ceil(crossings / band);
  const phases = Array.from({ length: up }, (_, phase) => {
    const taps = Float64Array.from({ length: 2 * reach }, (_tap, tap) => {
      const x = tap - reach + 1 - phase / up;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / reach);
      const angle = Math.PI * x * band;
      return Math.abs(x) >= reach ? 0 : window * (angle === 0 ? band : (band * Math.sin(angle)) / angle);
    });
    const gain = taps.reduce((sum, tap) => sum + tap, 0);
    return taps.map((tap) => tap / gain);
  });
  return { up, down, reach, phases };
}

/** @returns as much sound, in samples per second `to`; what lies beyond both ends counts as silence. */
export function resampled(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const key = `${from}/${to}`;
  const filter = filters.get(key) ?? makeFilter(from, to);
  filters.set(key, filter);
  const { up, down, reach, phases } = filter;
  const out = new Int16Array(Math.round((samples.length * up) / down));
  for (let at = 0; at < out.length; at += 1) {
    const place = at * down;
    const first = Math.floor(place / up) - reach + 1;
    const taps = phases[place % up] ?? new Float64Array();
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap += 1) sum += (samples[first + tap] ?? 0) * (taps[tap] ?? 0);
    out[at] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return out;
}
