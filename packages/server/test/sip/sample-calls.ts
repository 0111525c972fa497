/** Calls as tests tell of them. */
import type { RecordedCall } from '../../src/demo/call-body.ts';
import { agentAddress } from './sip-under-test.ts';

/** Two participants, a stream each. */
export function someCall(changes: Partial<RecordedCall> = {}): RecordedCall {
  return {
    communicationSessionId: 'Y29tbXVuaWNhdGlvbjE=',
    groupId: 'Z3JvdXAx',
    participants: [
      { id: 'cDE=', address: 'sip:+15550100@carrier.example', name: 'Caller' },
      { id: 'cDI=', address: agentAddress, name: 'Agent' },
    ],
    streams: [
      { label: 'caller', from: ['cDE='], port: 40_000 },
      { label: 'agent', from: ['cDI='], port: 40_002, codec: 'PCMA' },
    ],
    ...changes,
  };
}
