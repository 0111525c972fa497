/** What is wrong with an answer is found, whichever way it is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import type { GuardedDoor } from '../../src/http/door.ts';
import { doorFinder } from './find-door.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Exchange } from './wire-tap.ts';

const door: GuardedDoor = {
  method: 'GET',
  path: '/api/v2/conversations/{conversationId}/recordings/{recordingId}',
  operation: 'getConversationRecording',
  summary: 'A recording.',
  access: [],
  answers: { 200: Type.Object({ id: Type.String(), fileState: Type.String() }), 202: undefined },
  answer: async () => ({ status: 200 }),
};

const error = { message: 'No.', code: 'not.found', status: 404, contextId: 'c1', details: [], errors: [] };

function said(status: number, body: unknown, headers: Exchange['headers'] = {}): string {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const usual = { 'inin-correlation-id': 'c1', 'content-type': 'application/json' };
  const exchange = { method: 'GET', url: '/', userAgent: '', status, body: bytes, headers: { ...usual, ...headers } };
  return judgeAnswer(door, exchange).join('\n');
}

test('an answer that its door and the contract allow is right, and so is a failure', () => {
  assert.equal(said(200, { id: 'r1', fileState: 'AVAILABLE' }), '');
  assert.equal(said(202, undefined), '');
  assert.equal(said(404, error), '');
});

test('a success of another status than those of the door is wrong', () => {
  assert.match(said(201, { id: 'r1', fileState: 'AVAILABLE' }), /201 is none of the door's answers/);
});

test('a body against the schema of the door, or against the model of the contract, is wrong', () => {
  assert.match(said(200, { id: 'r1' }), /the door's schema:.*fileState/);
  assert.match(said(200, { id: 'r1', fileState: 'GONE' }), /Recording\/fileState must be equal to one of/);
  assert.match(said(200, { id: 'r1', fileState: 'AVAILABLE', mood: 'good' }), /mood/);
});

test('a body where none should be, and none where one should be, is wrong', () => {
  assert.match(said(202, { id: 'r1' }), /202 has a body/);
  assert.match(said(200, undefined), /200 has no body/);
});

test('a failure with a status, a body or a correlation id that the contract does not have so is wrong', () => {
  assert.match(said(418, error), /418 is no status of the contract/);
  assert.match(said(403, error), /the body says 404, the answer 403/);
  assert.match(said(404, { ...error, reason: 'none' }), /reason/);
  assert.match(said(404, { ...error, contextId: 'c2' }), /contextId is not the correlation id/);
});

test('an answer that is no JSON, or that carries no correlation id, is wrong', () => {
  assert.match(said(200, {}, { 'content-type': 'application/json; charset=utf-8' }), /content type/);
  assert.match(said(404, error, { 'content-type': 'text/plain+json' }), /content type/);
  assert.match(said(202, undefined, { 'inin-correlation-id': undefined }), /no correlation id/);
});

test('a request reaches the door with the most parts of its path written out', () => {
  const written: GuardedDoor = { ...door, path: '/api/v2/conversations/{conversationId}/recordings/newest' };
  const find = doorFinder([door, written]);
  assert.equal(find('GET', '/api/v2/conversations/c/recordings/newest?a=b'), written);
  assert.equal(find('GET', '/api/v2/conversations/c/recordings/r'), door);
  assert.equal(find('PUT', '/api/v2/conversations/c/recordings/r'), undefined);
  assert.equal(find('GET', '/api/v2/conversations/c/recordings/r/more'), undefined);
});
