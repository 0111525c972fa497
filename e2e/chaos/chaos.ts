/** A chaos run: many live calls, pauses at random, and a server that is killed, crippled, halted and starved meanwhile. */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '@tacet/testkit';
import { Api } from '../harness/api.ts';
import { filesBelow } from '../harness/data-search.ts';
import type { Settings } from '../harness/programs.ts';
import { verify } from '../harness/tacet-command.ts';
import { admin } from '../harness/tacet-server.ts';
import { TempFolder } from '../harness/temp-folder.ts';
import { until } from '../harness/until.ts';
import type { ChaosMedium } from './beside.ts';
import { type CallPorts, ChaosCall } from './call.ts';
import { type MailPorts, MailThread } from './mail-thread.ts';
import { countIn } from './payload.ts';
import { PhoneLines } from './phone-lines.ts';
import { ServerHome } from './server-home.ts';
import { Tally } from './tally.ts';
import { makeTrouble, type Trouble, troubles } from './trouble.ts';

/** A run of hours leaves tens of thousands of conversations to be proved. */
const proofMsMax = 1_800_000;

export interface ChaosOptions {
  readonly seed: number;
  readonly calls: number;
  readonly seconds: number;
  readonly settings?: Settings;
  /** What there is beside calls: messages and pages in their conversations, mails instead of each third call. */
  readonly media?: readonly ChaosMedium[];
  /** What may befall the server; everything unless it is said. */
  readonly among?: readonly Trouble[];
  /** Neither the network nor anything else does harm: then not a single packet may be missing. */
  readonly isCalm?: boolean;
  /** For those who measure the server; what it returns is called when the calls are over. */
  readonly watch?: (home: ServerHome) => () => void;
  /** Hears what happens, for whoever watches. */
  readonly tell?: (line: string) => void;
}

interface Run {
  readonly options: ChaosOptions;
  readonly home: ServerHome;
  readonly phones: PhoneLines;
  readonly tally: Tally;
  readonly isEnding: () => boolean;
}

const retryMs = 500;

/** One after the other in a place of the call centre: calls, or where there are mails as well, each third place has them. */
function conversationFor(ports: CallPorts & MailPorts, place: number, key: string): ChaosCall | MailThread {
  const hasMail = ports.media.includes('email') && place % 3 === 2;
  return hasMail ? new MailThread(ports, key) : new ChaosCall(ports, key);
}

/** One place in the call centre: call after call until the run ends. */
async function occupy({ options, home, phones, tally, isEnding }: Run, place: number): Promise<void> {
  const random = seededRandom(options.seed, `place ${place}`);
  await wait(random.below(5_000));
  // The server may just be down.
  const api = await until('somebody to sign in', () => Api.signIn(home.httpUrl, admin).catch(() => undefined));
  for (let number = 0; !isEnding(); number += 1) {
    const key = `chaos-${options.seed}-${place}-${number}`;
    const onAsked = tally.asked.bind(tally);
    const { media = [] } = options;
    const call = conversationFor({ home, api, phones, random, onAsked, media }, place, key);
    let isPlaced = false;
    try {
      const verdicts = await call.play(isEnding);
      isPlaced = true;
      tally.judged(key, verdicts);
    } catch (error) {
      isPlaced = call.isPlaced;
      if (isPlaced) tally.defects.push(`${key}: ${String(error)}`);
      else tally.refusedCalls += 1;
      await wait(retryMs);
    }
  }
}

/** Payloads that stand as they are in any file of the folder. */
function plainIn(folder: string): number {
  return [...filesBelow(folder)].reduce((count, path) => count + countIn(readFileSync(path)), 0);
}

/** What must be true of the folder when all is over. */
async function judgeFolder({ home, tally }: Run, root: string): Promise<void> {
  const code = await home.stop();
  if (code !== 0) tally.defects.push(`the server ended with ${code}`);
  const proof = await verify(home.dataDir, proofMsMax);
  if (proof.code !== 0) tally.defects.push(`tacet verify: ${proof.stdout.slice(-2_000)}${proof.stderr.slice(-500)}`);
  const plain = plainIn(root);
  if (plain > 0) tally.defects.push(`${plain} payloads stand unsealed in files or logs`);
}

/** Runs and judges. */
export async function runChaos(options: ChaosOptions): Promise<Tally> {
  await using folder = new TempFolder();
  await using home = await ServerHome.open(folder.at('data'), folder.at('server.log'), options.settings);
  await using phones = new PhoneLines(options.seed, options.isCalm === true);
  const tally = new Tally();
  const endsAt = performance.now() + options.seconds * 1_000;
  const isEnding = (): boolean => performance.now() >= endsAt;
  const run: Run = { options, home, phones, tally, isEnding };
  const random = seededRandom(options.seed, 'trouble');
  const tell = (trouble: Trouble, tookMs: number): void => {
    tally.befell(trouble, tookMs);
    const left = Math.max(0, Math.round((endsAt - performance.now()) / 1_000));
    options.tell?.(
      `${trouble} (${Math.round(tookMs)} ms); ${tally.calls} calls judged, ${tally.defects.length} defects, ${left} s left`,
    );
  };
  const places = Array.from({ length: options.calls }, (_, place) => occupy(run, place));
  const unwatch = options.watch?.(home);
  const plan = { home, random, among: options.among ?? troubles, isEnding, tell };
  await Promise.all([...(options.isCalm ? [] : [makeTrouble(plan)]), ...places]);
  unwatch?.();
  await judgeFolder(run, folder.at('.'));
  return tally;
}
