import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type FaultCode, type FaultKind, faultCodes } from './fault.ts';

/** By kind, because an edge answers by kind: a code that changes its kind changes what callers see. */
const byKind: { readonly [kind in FaultKind]: readonly FaultCode[] } = {
  invalid: [
    'topicInvalid',
    'topicsTooMany',
    'valueInvalid',
    'constraintBroken',
    'bodyMalformed',
    'userNeeded',
    'formatUnavailable',
    'itemTooLarge',
    'builtInFixed',
    'clientActive',
    'batchTooLarge',
    'metadataMissing',
    'callbackTooFar',
    'offerUnacceptable',
    'callDisconnected',
    'holdAlerting',
    'confinementUnfit',
    'wrapupCodeNeeded',
    'onlyDisconnectable',
    'transferNotConnected',
    'transferToSameParty',
    'queueUnknown',
    'consultInitiatorNeeded',
    'consultDestinationNeeded',
    'consultNotTakingPart',
    'transferToSelf',
    'conferenceUntransferable',
    'consultNotStarted',
    'mergeOfNothing',
    'mergeWithSelf',
    'mergeUnfit',
  ],
  unauthenticated: ['tokenMissing', 'tokenInvalid', 'tokenExpired'],
  forbidden: [
    'permissionMissing',
    'permissionsMissing',
    'beyondOwnRights',
    'notParticipant',
    'scopeMissing',
    'rateExceeded',
    'batchForbidden',
  ],
  unknown: [
    'participantUnknown',
    'consultUnknown',
    'conversationUnknown',
    'recordingUnknown',
    'resourceUnknown',
    'batchUnknown',
  ],
  conflict: [
    'valueTaken',
    'versionStale',
    'dependentsExist',
    'lastAdminNeeded',
    'recordingProtected',
    'supersededByPause',
    'conversationExists',
  ],
  exhausted: ['portsExhausted', 'conversationsExhausted', 'channelsExhausted'],
  unavailable: ['storageUnavailable', 'mediaUnavailable', 'recordingDamaged', 'stopping'],
  late: ['gateUnconfirmed'],
};

test('every fault has one kind', () => {
  for (const [kind, codes] of Object.entries(byKind)) {
    for (const code of codes) assert.equal(new Fault(code).kind, kind, code);
  }
  assert.deepEqual(new Set(faultCodes), new Set(Object.values(byKind).flat()));
});

test('a fault that tells the caller off is the caller’s or the peer’s, one that we could not prevent is not', () => {
  for (const code of faultCodes) {
    const { kind, blame } = new Fault(code);
    const isTheirs = blame === 'caller' || blame === 'peer';
    const isForThem = ['invalid', 'unauthenticated', 'forbidden', 'unknown', 'conflict'].includes(kind);
    assert.equal(isTheirs, isForThem, code);
  }
});

test('a fault carries its code as message, its facts, and its cause for the log', () => {
  const cause = new Error('disk full');
  const fault = new Fault('storageUnavailable', { what: 'spool' }, cause);
  assert.equal(fault.message, 'storageUnavailable');
  assert.equal(fault.name, 'Fault');
  assert.deepEqual(fault.facts, { what: 'spool' });
  assert.equal(fault.cause, cause);
  assert.deepEqual(new Fault('stopping').facts, {});
  assert.equal('cause' in new Fault('stopping'), false);
});
