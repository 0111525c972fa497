/** `tacet serve`: the server until it is told to stop. */
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

/** Resolves at the first request to stop; a second one ends the process at once. */
function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    const hear = (signal: string): void => {
      if (isAsked) process.exit(130);
      isAsked = true;
      resolve(signal);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}

/** @returns the exit code. */
export async function serve(config: Config, terminal: Terminal): Promise<number> {
  const log = createLog(config.logLevel, (line) => process.stdout.write(line), scopeFacts);
  const server = await startServer(config, log);
  announce(server, terminal);
  const { httpUrl: http, sipAddress: sip, sipTlsAddress } = server;
  const sipTls = sipTlsAddress === undefined ? {} : { sipTls: sipTlsAddress };
  log.info('ready', { http, sip, ...sipTls, dataDir: config.dataDir });
  const signal = await untilStopped();
  log.info('stopping', { signal });
  await server.stop();
  log.info('stopped');
  return 0;
}
