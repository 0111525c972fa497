/** What callers are told about each fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, type FaultFacts, faultCodes } from '@tacet/domain';
import type { EdgeFaultCode } from '../../src/http/edge-fault.ts';
import { errorBody, errorHeaders, type FaultArea } from '../../src/http/faults.ts';

type Code = FaultCode | EdgeFaultCode;

function told(code: Code, facts: FaultFacts = {}, area: FaultArea = 'conversations'): ReturnType<typeof errorBody> {
  return errorBody({ code, facts }, 'context-1', area);
}

test('every fault has the status and the code that the contract gives it', () => {
  const expected: { readonly [code in Code]: readonly [status: number, code: string] } = {
    valueInvalid: [400, 'invalid.value'],
    constraintBroken: [400, 'constraint.validation'],
    valueTaken: [409, 'general.conflict'],
    bodyMalformed: [400, 'bad.request'],
    userNeeded: [400, 'not.a.user'],
    tokenMissing: [401, 'authentication.required'],
    tokenInvalid: [401, 'bad.credentials'],
    tokenExpired: [401, 'credentials.expired'],
    permissionMissing: [403, 'missing.any.permissions'],
    permissionsMissing: [403, 'missing.permissions'],
    beyondOwnRights: [403, 'not.authorized'],
    notParticipant: [403, 'conversation.error.forbidden.not.active.participant'],
    scopeMissing: [403, 'not.authorized'],
    conversationUnknown: [404, 'conversation.error.conversation.not.found'],
    participantUnknown: [404, 'conversation.error.not.conversation.participant'],
    callDisconnected: [400, 'conversation.error.call.disconnected'],
    holdAlerting: [400, 'conversation.error.hold.alerting'],
    confinementUnfit: [400, 'conversation.error.cannot.confine.party'],
    wrapupCodeNeeded: [400, 'conversation.error.wrapup.code.required'],
    onlyDisconnectable: [400, 'communication.state.required'],
    transferNotConnected: [400, 'conversations.error.transfer.not.connected'],
    transferToSameParty: [400, 'conversations.error.transfer.same.party'],
    queueUnknown: [400, 'conversations.error.queue.not.found'],
    consultInitiatorNeeded: [400, 'conversation.error.consult.transfer.no.initiator'],
    consultDestinationNeeded: [400, 'conversation.error.consult.transfer.no.destination'],
    consultNotTakingPart: [400, 'not.a.participant'],
    transferToSelf: [400, 'conversation.error.cannot.transfer.to.self'],
    conferenceUntransferable: [400, 'conversation.error.cannot.transfer.conference'],
    consultNotStarted: [400, 'conversation.error.consult.transfer.not.started'],
    consultUnknown: [404, 'conversation.error.consult.transfer.pending.not.found'],
    mergeOfNothing: [400, 'conversation.error.empty.conversation.list'],
    mergeWithSelf: [400, 'conversation.error.cannot.conference.self'],
    mergeUnfit: [400, 'conversation.error.cannot.create.conference'],
    recordingUnknown: [404, 'not.found'],
    resourceUnknown: [404, 'not.found'],
    versionStale: [409, 'general.conflict'],
    dependentsExist: [409, 'general.conflict'],
    builtInFixed: [400, 'bad.request'],
    lastAdminNeeded: [409, 'general.conflict'],
    clientActive: [400, 'cannot.delete.client'],
    recordingProtected: [409, 'general.conflict'],
    batchTooLarge: [400, 'batch.download.too.many.items'],
    batchUnknown: [404, 'batch.download.job.not.found'],
    batchForbidden: [403, 'batch.download.permission.denied'],
    supersededByPause: [409, 'general.conflict'],
    gateUnconfirmed: [504, 'request.timeout'],
    rateExceeded: [429, 'too.many.requests'],
    portsExhausted: [503, 'service.unavailable'],
    conversationsExhausted: [503, 'service.unavailable'],
    conversationExists: [409, 'general.conflict'],
    callbackTooFar: [400, 'callback.error.scheduled.time.too.far.in.future'],
    callbackNumbersMissing: [400, 'callback.error.missing.callback.numbers'],
    callbackQueueMissing: [400, 'callback.error.missing.queue.id'],
    emailProviderMissing: [400, 'postino.error.notnull.createconversationrequest.provider'],
    emailRouteMissing: [400, 'postino.error.notnull.createconversationrequest.queueid'],
    emailRoutesTooMany: [400, 'too.many.create.email.parameters'],
    emailQueueInvalid: [400, 'email.error.invalid.queue'],
    emailFlowInvalid: [400, 'bad.flow.id'],
    emailQueueMissing: [400, 'email.outbound.queue.required'],
    channelsExhausted: [503, 'service.unavailable'],
    topicInvalid: [400, 'notification.invalid.topic'],
    topicsTooMany: [400, 'notification.subscription.too.many.subscriptions'],
    storageUnavailable: [503, 'service.unavailable'],
    mediaUnavailable: [503, 'service.unavailable'],
    formatUnavailable: [400, 'invalid.query.param.value'],
    metadataMissing: [400, 'bad.request'],
    offerUnacceptable: [400, 'bad.request'],
    recordingDamaged: [500, 'internal.server.error'],
    stopping: [503, 'service.unavailable'],
    routeUnknown: [404, 'not.found'],
    methodUnknown: [405, 'method.not.allowed'],
    requestMalformed: [400, 'bad.request'],
    headersTooLarge: [431, 'bad.request'],
    socketUnavailable: [503, 'service.unavailable'],
    requestSlow: [408, 'request.timeout'],
    bodyTooLarge: [413, 'request.entity.too.large'],
    itemTooLarge: [413, 'request.entity.too.large'],
    contentTypeUnsupported: [415, 'unsupported.media.type'],
    rangeUnsatisfiable: [416, 'bad.request'],
    defect: [500, 'internal.server.error'],
  };
  for (const code of faultCodes) assert.ok(code in expected, code);
  for (const [code, [status, contractCode]] of Object.entries(expected)) {
    const body = told(code as Code);
    assert.deepEqual([body.status, body.code], [status, contractCode], code);
    assert.equal(body.contextId, 'context-1');
    assert.deepEqual(body.errors, []);
    assert.notEqual(body.message, '');
  }
});

test('a conversation that is not there has another code at the doors of recordings', () => {
  assert.equal(told('conversationUnknown', {}, 'recordings').code, 'conversation.not.found');
  assert.equal(told('recordingUnknown', {}, 'recordings').code, 'not.found');
});

test('the place of a wrong value decides between three codes, and is named in the details', () => {
  const allowed = ['A', 'B'];
  const field = told('valueInvalid', { field: 'recordingState', allowed });
  const parameter = told('valueInvalid', { parameter: 'pageSize', allowed });
  const property = told('valueInvalid', { property: 'state', allowed });
  assert.deepEqual(
    [field, parameter, property].map((body) => [body.code, body.details]),
    [
      ['invalid.value', [{ errorCode: 'invalid.value', fieldName: 'recordingState' }]],
      ['invalid.query.param.value', [{ errorCode: 'invalid.query.param.value', fieldName: 'pageSize' }]],
      ['invalid.property', [{ errorCode: 'invalid.property', fieldName: 'state' }]],
    ],
  );
  for (const body of [field, parameter, property]) assert.match(body.message, /\[A, B\]/);
});

test('a missing permission is named in brackets', () => {
  const body = told('permissionMissing', { permissions: ['conversation:recording:pauseOthers'] });
  assert.match(body.message, /\[conversation:recording:pauseOthers\]/);
  assert.deepEqual(body.messageParams, { permissions: '[conversation:recording:pauseOthers]' });
  assert.match(body.messageWithParams, /\{permissions\}/);
  assert.deepEqual(body.details, []);
});

test('streams that did not confirm are named in the message and one by one in the details', () => {
  const body = told('gateUnconfirmed', { streams: ['s1', 's2'] });
  assert.match(body.message, /\[s1, s2\]/);
  assert.deepEqual(body.details, [
    { errorCode: 'request.timeout', entityId: 's1', entityName: 'stream' },
    { errorCode: 'request.timeout', entityId: 's2', entityName: 'stream' },
  ]);
});

test('facts that the sentence does not name are not told', () => {
  const body = told('storageUnavailable', { reason: 'disk full at the far end', conversationId: 'c1' });
  assert.doesNotMatch(JSON.stringify(body), /disk|c1/);
});

test('numbers stand in sentences as they are', () => {
  assert.match(told('bodyTooLarge', { maximum: 1_048_576 }).message, /Maximum bytes: 1048576$/);
});

test('401 and 416 come with the headers that HTTP wants beside them, others with none', () => {
  assert.deepEqual(errorHeaders(told('tokenMissing'), {}), { 'www-authenticate': 'Bearer' });
  assert.deepEqual(errorHeaders(told('rangeUnsatisfiable'), { lengthBytes: 7 }), { 'content-range': 'bytes */7' });
  assert.deepEqual(errorHeaders(told('defect'), {}), {});
});
