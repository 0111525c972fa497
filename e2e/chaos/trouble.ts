/** What befalls the server in a chaos run, at random: it is killed, it stands still, its disk takes nothing more. */
import { setTimeout as wait } from 'node:timers/promises';
import type { SeededRandom } from '@tacet/testkit';
import { breakDisk, mendDisk } from '../harness/broken-disk.ts';
import type { ServerHome } from './server-home.ts';

export const troubles = ['kill', 'handover', 'stall', 'diskFull'] as const;
export type Trouble = (typeof troubles)[number];

/** How often each befalls, as shares. */
const shares: { readonly [trouble in Trouble]: number } = { kill: 4, handover: 1, stall: 6, diskFull: 1 };
const restMs = { least: 4_000, most: 15_000 } as const;
const stallMsMax = 900;
const diskFullMs = 1_500;

function draw(random: SeededRandom): Trouble {
  const lots = troubles.flatMap((trouble) => Array.from({ length: shares[trouble] }, () => trouble));
  return lots[random.below(lots.length)] ?? 'stall';
}

async function befall(trouble: Trouble, home: ServerHome, random: SeededRandom): Promise<void> {
  switch (trouble) {
    case 'kill':
      return home.killAndRestart();
    case 'handover':
      return home.stopAndRestart();
    case 'stall':
      // All threads stand still, and datagrams wait in the kernel.
      process.kill(home.pid, 'SIGSTOP');
      await wait(100 + random.below(stallMsMax));
      process.kill(home.pid, 'SIGCONT');
      return;
    case 'diskFull':
      await breakDisk(home.pid);
      await wait(diskFullMs);
      return mendDisk(home.pid);
  }
}

/** Goes on until it is told to stop. @param tell hears of each trouble when it is over, and how long it took. */
export async function makeTrouble(
  home: ServerHome,
  random: SeededRandom,
  isEnding: () => boolean,
  tell: (trouble: Trouble, tookMs: number) => void,
): Promise<void> {
  while (!isEnding()) {
    const restUntil = performance.now() + restMs.least + random.below(restMs.most - restMs.least);
    while (performance.now() < restUntil && !isEnding()) await wait(100);
    if (isEnding()) return;
    const trouble = draw(random);
    const startedAt = performance.now();
    await befall(trouble, home, random);
    tell(trouble, performance.now() - startedAt);
  }
}
