/** What happens in one simulation, drawn from its seed before anything runs. */
import type { SeededRandom } from '../seeded-random.ts';
import { seededRandom } from '../seeded-random.ts';

export interface Plan {
  readonly seed: number;
  /** Length of the call in ms. */
  readonly callMs: number;
  readonly guardMs: number;
  /** Loss and duplication on the link, 0 to 1. */
  readonly loss: number;
  readonly duplication: number;
  /** Random delay of a packet at the most, in ms; above 20 it reorders. */
  readonly jitterMs: number;
  /** What the source does in its first recording session: it pauses, or sends again. */
  readonly sourceMoves: readonly { readonly atMs: number; readonly isPaused: boolean }[];
  readonly commands: readonly { readonly atMs: number; readonly state: 'PAUSED' | 'ACTIVE' }[];
  readonly stalls: readonly { readonly atMs: number; readonly ms: number }[];
  /** When the customer is transferred: the agent leaves and another comes, by re-INVITE. */
  readonly transferAtMs: number | undefined;
  /** When a second recording session of the same communication session begins. */
  readonly secondLegAtMs: number | undefined;
  readonly ssrcChangeAtMs: number | undefined;
  readonly crash: { readonly atMs: number; readonly downMs: number; readonly comesBack: boolean } | undefined;
  /** Whether the source can be gone on with after a crash; it is the same one then, and sends all the while. */
  readonly isKept: boolean;
  readonly diskFullAtMs: number | undefined;
  readonly diskStall: { readonly atMs: number; readonly ms: number } | undefined;
}

/** Instants stand on half a millisecond, between packets, so that no edge is a coin toss. */
function moment(random: SeededRandom, withinMs: number): number {
  return random.below(withinMs) + 0.5;
}

function maybe<T>(random: SeededRandom, likelihood: number, make: () => T): T | undefined {
  const isDue = random.chance(likelihood);
  const value = make();
  return isDue ? value : undefined;
}

export function planOf(seed: number): Plan {
  const random = seededRandom(seed, 'plan');
  const callMs = 1_500 + random.below(1_500);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random.below(most + 1) }, make);
  const within = (): number => moment(random, callMs);
  return {
    seed,
    callMs,
    guardMs: random.chance(0.3) ? 0 : random.below(300),
    loss: random.chance(0.5) ? random.below(10) / 100 : 0,
    duplication: random.chance(0.3) ? 0.05 : 0,
    jitterMs: random.below(90),
    commands: [
      { atMs: within(), state: 'PAUSED' as const },
      ...some(6, () => ({ atMs: within(), state: random.chance(0.5) ? ('PAUSED' as const) : ('ACTIVE' as const) })),
    ],
    stalls: some(3, () => ({ atMs: within(), ms: 20 + random.below(200) })),
    transferAtMs: maybe(random, 0.3, within),
    secondLegAtMs: maybe(random, 0.3, within),
    ssrcChangeAtMs: maybe(random, 0.2, within),
    crash: maybe(random, 0.4, () => ({
      atMs: within(),
      downMs: 50 + random.below(400),
      comesBack: random.chance(0.6),
    })),
    diskFullAtMs: maybe(random, 0.05, within),
    diskStall: maybe(random, 0.2, () => ({ atMs: within(), ms: 50 + random.below(600) })),
    // Drawn last, so that the seeds of before mean what they meant.
    sourceMoves: random.chance(0.4) ? some(4, () => ({ atMs: within(), isPaused: random.chance(0.6) })) : [],
    isKept: random.chance(0.6),
  };
}
