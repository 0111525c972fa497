/** What befalls the server in a chaos run, at random: it is killed, it stands still, its disk takes nothing more. */
import { setTimeout as wait } from 'node:timers/promises';
import type { SeededRandom } from '@tacet/testkit';
import { breakDisk, mendDisk } from '../harness/broken-disk.ts';
import type { ServerHome } from './server-home.ts';

export const troubles = ['kill', 'handover', 'workerCrash', 'stall', 'diskFull', 'slowDisk'] as const;
export type Trouble = (typeof troubles)[number];

/** How often each befalls, as shares. */
const shares: { readonly [trouble in Trouble]: number } = {
  kill: 4,
  handover: 1,
  workerCrash: 3,
  stall: 6,
  diskFull: 1,
  slowDisk: 3,
};
/** How long each sync may take at most, how long that goes on, and when in it something else befalls the server as well. */
const slowSyncMs = { least: 100, most: 1_500 } as const;
const slowMs = { least: 3_000, most: 8_000 } as const;
const worseMs = { least: 500, most: 2_500 } as const;
const restMs = { least: 4_000, most: 15_000 } as const;
const stallMsMax = 900;
const diskFullMs = 1_500;
/** What could not be written down is tried again each second. */
const noticeMs = 2_500;

function draw(random: SeededRandom, among: readonly Trouble[]): Trouble {
  const lots = among.flatMap((trouble) => Array.from({ length: shares[trouble] }, () => trouble));
  return lots[random.below(lots.length)] ?? 'stall';
}

/** What was durable when the disk filled up gets into store with the next start, which an operator would do now. */
async function fillDisk(home: ServerHome): Promise<void> {
  await breakDisk(home.pid);
  await wait(diskFullMs);
  await mendDisk(home.pid);
  await wait(noticeMs);
  await home.stopAndRestart();
}

function between(random: SeededRandom, { least, most }: { readonly least: number; readonly most: number }): number {
  return least + random.below(most - least);
}

/** A disk that is slow, and a server that is killed or crippled while it is, as often as not. */
async function slowDown(home: ServerHome, random: SeededRandom): Promise<void> {
  home.disk?.takeUpTo(between(random, slowSyncMs));
  const isOver = wait(between(random, slowMs)).then(() => home.disk?.takeUpTo(0));
  const lot = random.below(4);
  await wait(between(random, worseMs));
  if (lot === 0) await home.killAndRestart();
  else if (lot === 1) await home.crashWorker();
  await isOver;
}

async function befall(trouble: Trouble, home: ServerHome, random: SeededRandom): Promise<void> {
  switch (trouble) {
    case 'kill':
      return home.killAndRestart();
    case 'handover':
      return home.stopAndRestart();
    case 'workerCrash':
      return home.crashWorker();
    case 'stall':
      // All threads stand still, and datagrams wait in the kernel.
      process.kill(home.pid, 'SIGSTOP');
      await wait(100 + random.below(stallMsMax));
      process.kill(home.pid, 'SIGCONT');
      return;
    case 'diskFull':
      return home.troubled(fillDisk(home));
    case 'slowDisk':
      return home.troubled(slowDown(home, random));
  }
}

export interface TroublePlan {
  readonly home: ServerHome;
  readonly random: SeededRandom;
  readonly among: readonly Trouble[];
  readonly isEnding: () => boolean;
  /** Hears of each trouble when it is over, and how long it took. */
  readonly tell: (trouble: Trouble, tookMs: number) => void;
}

/** Goes on until it is told to stop. */
export async function makeTrouble({ home, random, among, isEnding, tell }: TroublePlan): Promise<void> {
  while (!isEnding()) {
    const restUntil = performance.now() + between(random, restMs);
    while (performance.now() < restUntil && !isEnding()) await wait(100);
    if (isEnding()) return;
    const trouble = draw(random, among);
    const startedAt = performance.now();
    await befall(trouble, home, random);
    tell(trouble, performance.now() - startedAt);
  }
}
