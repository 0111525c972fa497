/** The media host with its workers, built from settings. */
import { isIP } from 'node:net';
import { type Clock, Fault, latest } from '@tacet/domain';
import type { Config } from './config.ts';
import type { WorkerPart } from './control/index.ts';
import type { Log } from './log.ts';
import type { Observing } from './make-observe.ts';
import { chooseReceiver } from './voice/choose-receiver.ts';
import { NodeMediaHost } from './voice/media-host.ts';
import type { NodePart } from './voice/media-host-ports.ts';
import { PortPool } from './voice/port-pool.ts';
import { SocketFences } from './voice/socket-fences.ts';
import { WorkerNode } from './voice/worker-node.ts';

export interface MediaNeeds {
  readonly config: Config;
  /** Epoch of the clock that the workers share. */
  readonly epoch: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly observing: Observing;
  /** Unlike that of any other run. */
  readonly spoolPrefix: string;
}

function workerPart(did: 'close' | 'open', { place, askedAt, report }: NodePart): WorkerPart {
  const [first, ...others] = report.confirmed.map((moved) => moved.at);
  const movedAt = first === undefined ? undefined : others.reduce(latest, first);
  const gateCount = report.confirmed.length;
  return { place, did, askedAt, movedAt, gateCount, unconfirmedCount: report.unconfirmed.length };
}

/**
 * Nothing runs until `ready` is awaited.
 * @throws Fault mediaUnavailable with a sentence in `facts.reason` when the native receiver is wanted and is not there.
 */
export function startMedia({ config, epoch, clock, log, observing, spoolPrefix }: MediaNeeds): NodeMediaHost {
  let started = 0;
  const { observer, metrics } = observing;
  const receiver = chooseReceiver(config.receiver);
  if (receiver === undefined) {
    const reason = 'TACET_RECEIVER is batch, but npm found no C compiler to build that receiver with.';
    throw new Fault('mediaUnavailable', { reason });
  }
  const fences = new SocketFences();
  log.info('media', { receiver, workers: config.mediaWorkers });
  return new NodeMediaHost({
    clock,
    pool: new PortPool(config.rtpPorts.first, config.rtpPorts.last),
    nodeCount: config.mediaWorkers,
    fences,
    onWorkerLost: () => {
      log.error('alarm: workerLost');
      observer.alarmRaised('workerLost');
    },
    onDone: (did, part) => observer.workerDid(workerPart(did, part)),
    startNode: (onNews, onLost) => {
      started += 1;
      const settings = {
        epoch,
        dataDir: config.dataDir,
        spoolPrefix: `${spoolPrefix}w${started}`,
        receiver,
        bindAddress: isIP(config.sipListen.host) === 0 ? '0.0.0.0' : config.sipListen.host,
      };
      const onTrouble = (message: string): void => log.error('media worker', { message });
      const onGauges = metrics.workerTold.bind(metrics);
      return WorkerNode.start(settings, { clock, onNews, onLost, onTrouble, onGauges, fences });
    },
  });
}
