/** The receivers that this machine has: tests of the voice path run on each of them. */
import { chooseReceiver, type ReceiverKind } from '../../src/voice/index.ts';

export const receiverKinds: readonly ReceiverKind[] =
  chooseReceiver('batch') === undefined ? ['dgram'] : ['dgram', 'batch'];
