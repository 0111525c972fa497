/** Keys of SRTP stand in the offer (RFC 4568 §8.1): over UDP or TCP whoever reads it can hear the call. */
import { Fault, type Trunk } from '@tacet/domain';
import type { SessionDescription } from '../control/index.ts';
import type { RecordingEdge } from './recording-edge.ts';
import type { Way } from './way.ts';

/**
 * Judges an offer that is about to be recorded by the way it came.
 * @throws Fault offerUnacceptable where its trunk refuses keys in the clear.
 */
export function judgeKeys(
  edge: Pick<RecordingEdge, 'log' | 'toldInClear'>,
  { streams }: Pick<SessionDescription, 'streams'>,
  { protocol }: Pick<Way, 'protocol'>,
  { name, keysInClear }: Trunk,
): void {
  if (protocol === 'TLS' || streams.every(({ srtp }) => srtp === undefined)) return;
  // Rule: a trunk that refuses keys in the clear takes them over TLS alone
  if (keysInClear === 'refuse') throw new Fault('offerUnacceptable', { what: 'keysInClear' });
  if (edge.toldInClear.has(name)) return;
  edge.toldInClear.add(name);
  edge.log.warn('keysInClear', { trunk: name, protocol });
}
