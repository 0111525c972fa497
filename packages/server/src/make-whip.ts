/** The WHIP edge, built from settings; none where no ports are set for it. */
import { isIP } from 'node:net';
import type { Config } from './config.ts';
import type { ControlContext } from './control/index.ts';
import type { Log } from './log.ts';
import { Whips } from './whip/index.ts';

export interface WhipNeeds {
  readonly config: Pick<Config, 'whipPorts' | 'whipListen' | 'whipAddress'>;
  readonly control: ControlContext;
  readonly log: Log;
}

export function makeWhip({ config, control, log }: WhipNeeds): Whips | undefined {
  const { whipPorts: ports, whipListen: host, whipAddress: announced = host } = config;
  if (ports === undefined || isIP(host) === 0) return undefined;
  return new Whips({ control, log, peers: { host, announced, ports } });
}
