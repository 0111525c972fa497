/** The media host with its workers, built from settings. */
import { isIP } from 'node:net';
import type { Clock } from '@tacet/domain';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { NodeMediaHost, PortPool, WorkerNode } from './voice/index.ts';

export interface MediaNeeds {
  readonly config: Config;
  /** Epoch of the clock that the workers share. */
  readonly epoch: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Unlike that of any other run. */
  readonly spoolPrefix: string;
}

/** Nothing runs until `ready` is awaited. */
export function startMedia({ config, epoch, clock, log, spoolPrefix }: MediaNeeds): NodeMediaHost {
  let started = 0;
  return new NodeMediaHost({
    clock,
    pool: new PortPool(config.rtpPorts.first, config.rtpPorts.last),
    nodeCount: config.mediaWorkers,
    onWorkerLost: () => log.error('alarm: workerLost'),
    startNode: (onNews, onLost) => {
      started += 1;
      const settings = {
        epoch,
        dataDir: config.dataDir,
        spoolPrefix: `${spoolPrefix}w${started}`,
        bindAddress: isIP(config.sipListen.host) === 0 ? '0.0.0.0' : config.sipListen.host,
      };
      const onTrouble = (message: string): void => log.error('media worker', { message });
      return WorkerNode.start(settings, { clock, onNews, onLost, onTrouble });
    },
  });
}
