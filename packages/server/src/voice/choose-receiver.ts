/** Which receiver takes in datagrams: the native one in batches, or Node's own `dgram`. */
import type { Clock } from '@tacet/domain';
import { loadReceiver } from '@tacet/receiver';
import { batchPorts } from './batch-source.ts';
import type { DatagramPorts } from './datagram-source.ts';
import { dgramPorts } from './dgram-source.ts';

export type ReceiverKind = 'batch' | 'dgram';

/** @returns `undefined` when the native receiver is wanted and was not built. */
export function chooseReceiver(wanted: ReceiverKind | 'auto'): ReceiverKind | undefined {
  if (wanted === 'dgram') return 'dgram';
  if (loadReceiver() !== undefined) return 'batch';
  return wanted === 'auto' ? 'dgram' : undefined;
}

/** @param address local IP address to bind; `0.0.0.0` or `::` for all. */
export function datagramPorts(kind: ReceiverKind, address: string, clock: Clock): DatagramPorts {
  const native = kind === 'batch' ? loadReceiver() : undefined;
  return native === undefined ? dgramPorts(address, clock) : batchPorts(native, address, clock);
}
