/** `tacet serve`: the server until it is told to stop. */
import { flushCompileCache } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { createLog } from '../log.ts';
import { scopeFacts } from '../observe/index.ts';
import { startServer, type TacetServer } from '../server.ts';
import type { Terminal } from './terminal.ts';

function announce(server: TacetServer, terminal: Terminal): void {
  const { adminClient } = server;
  if (adminClient.generated === undefined) return;
  const { clientSecret, file } = adminClient.generated;
  terminal.error(
    [
      'An admin client was made for this data folder; its secret is shown only now:',
      `  client id      ${adminClient.clientId}`,
      `  client secret  ${clientSecret}`,
      `Both are also in ${file} (readable by its owner alone).`,
    ].join('\n'),
  );
}

/** Signals to stop, counted: the first one asks, and one more ends what is being waited for. */
class StopSignals {
  readonly #heard = Promise.withResolvers<string>();
  #hurry: () => void = () => undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        this.#hurry();
        this.#heard.resolve(signal);
      });
    }
  }

  /** The first signal. */
  get asked(): Promise<string> {
    return this.#heard.promise;
  }

  /** What the next signal does from now on. */
  onNext(hurry: () => void): void {
    this.#hurry = hurry;
  }
}

/** How often it is looked whether calls are over, in ms. */
const drainLookMs = 250;

/** Takes no new calls and waits until those that go on have ended, the time is over, or somebody hurries. */
async function drain(server: TacetServer, seconds: number, signals: StopSignals): Promise<void> {
  server.refuseCalls();
  const until = performance.now() + seconds * 1_000;
  let isHurried = false;
  signals.onNext(() => {
    isHurried = true;
  });
  while (server.callCount > 0 && !isHurried && performance.now() < until) await wait(drainLookMs);
}

/** @returns the exit code. */
export async function serve(config: Config, terminal: Terminal): Promise<number> {
  const log = createLog(config.logLevel, (line) => process.stdout.write(line), scopeFacts);
  const server = await startServer(config, log);
  announce(server, terminal);
  const { httpUrl: http, sipAddress: sip, sipTlsAddress, smtpAddress } = server;
  const sipTls = sipTlsAddress === undefined ? {} : { sipTls: sipTlsAddress };
  const smtp = smtpAddress === undefined ? {} : { smtp: smtpAddress };
  log.info('ready', { http, sip, ...sipTls, ...smtp, dataDir: config.dataDir });
  process.on('SIGHUP', () => server.reread());
  // Where the operator keeps compiled code, it is there for the next start even if this process is killed.
  flushCompileCache();
  const signals = new StopSignals();
  const signal = await signals.asked;
  log.info('stopping', { signal, how: config.stop, calls: server.callCount });
  if (config.stop === 'drain') await drain(server, config.drainSeconds, signals);
  // What is not in store by then is in the spool.
  signals.onNext(() => process.exit(130));
  const calls = server.callCount;
  await server.stop(config.stop === 'end' ? 'end' : 'handover');
  log.info('stopped', { calls });
  return 0;
}
