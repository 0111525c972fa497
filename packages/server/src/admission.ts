/** Whether a further recording session can be taken without harm to those that go on: refused at the door, never lost. */
import type { Clock } from '@tacet/domain';

/** What is known of the load at this moment. */
export interface NodeLoad {
  /** Ports that no stream has. */
  readonly freePortCount: number;
  /** One for each media worker that is up. */
  readonly workers: readonly { readonly loopDelayMs: number; readonly spoolBacklogBytes: number }[];
  /** Absent while it is not known. */
  readonly diskFreeBytes: number | undefined;
}

export type BusyBecause = 'ports' | 'workers' | 'spool' | 'disk';

export interface AdmissionLimits {
  /** How late a worker may be with its clockwork: beyond it a crash would cost more than the second that is promised. */
  readonly loopDelayMsMax: number;
  /** Sealed bytes of a worker that are not on the disk: a quarter of what ends its captures. */
  readonly spoolBacklogBytesMax: number;
  /** Room on the disk of the data folder: what 1,000 calls of two G.711 streams take in half a minute. */
  readonly diskFreeBytesMin: number;
  /** How often the disk is looked at. */
  readonly diskCheckMs: number;
}

export const admissionLimits: AdmissionLimits = {
  loopDelayMsMax: 500,
  spoolBacklogBytesMax: 16_777_216,
  diskFreeBytesMin: 536_870_912,
  diskCheckMs: 2_000,
};

/** Why nothing more is taken, or undefined. A session goes to the worker with the least to do, so one that can is enough. */
export function busyBecause({ freePortCount, workers, diskFreeBytes }: NodeLoad): BusyBecause | undefined {
  const { loopDelayMsMax, spoolBacklogBytesMax, diskFreeBytesMin } = admissionLimits;
  // Rule: a recording session is refused at the door before quality suffers
  if (freePortCount === 0) return 'ports';
  if (diskFreeBytes !== undefined && diskFreeBytes < diskFreeBytesMin) return 'disk';
  // Workers share the disk: what is behind on one will be behind on all.
  if (workers.some((worker) => worker.spoolBacklogBytes > spoolBacklogBytesMax)) return 'spool';
  if (workers.length > 0 && workers.every((worker) => worker.loopDelayMs > loopDelayMsMax)) return 'workers';
  return undefined;
}

export interface AdmissionPorts {
  readonly clock: Clock;
  /** Room on the disk of the data folder; rejects where it cannot be asked. */
  readonly diskFreeBytes: () => Promise<number>;
  readonly load: () => Omit<NodeLoad, 'diskFreeBytes'>;
}

/** Asks the disk now and then. @returns the question, and how to stop asking. */
export function startAdmission(ports: AdmissionPorts): {
  readonly ask: () => BusyBecause | undefined;
  readonly stop: () => void;
} {
  let diskFreeBytes: number | undefined;
  let isStopped = false;
  let cancel = (): void => undefined;
  const look = (): void => {
    const told = (bytes: number | undefined): void => {
      diskFreeBytes = bytes;
      if (!isStopped) cancel = ports.clock.later(admissionLimits.diskCheckMs, look);
    };
    ports.diskFreeBytes().then(told, () => told(undefined));
  };
  look();
  return {
    ask: () => busyBecause({ ...ports.load(), diskFreeBytes }),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
