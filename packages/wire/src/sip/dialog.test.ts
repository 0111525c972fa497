import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagOf } from './address.ts';
import type { Dialog } from './dialog.ts';
import { dialogAsClient, dialogAsServer, dialogKey, dialogKeyOf, takeInDialog, withTarget } from './dialog.ts';
import { buildAckOfSuccess, buildInDialog } from './dialog-request.ts';
import type { SipHeader, SipRequest } from './message.ts';
import { headerValue, headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import { buildRequest, nextHop, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import { serializeMessage } from './serialize.ts';

const via = ownVia({ transport: 'UDP', host: '192.0.2.10', port: 5_060, unique: 'x' });
const from = { displayName: undefined, uri: 'sip:src@a.example.com', parameters: [{ name: 'tag', value: 'src' }] };
const to = { displayName: undefined, uri: 'sip:srs@b.example.com', parameters: [] };
const contactOf = (uri: string): SipHeader => ({ name: 'Contact', value: `<${uri}>` });
const routes: SipHeader = { name: 'Record-Route', value: '<sip:p1.example.com;lr>, <sip:p2.example.com;lr>' };

function request(method: string, sequence: number, ...headers: readonly SipHeader[]): SipRequest {
  return buildRequest({ method, uri: to.uri, via, from, to, callId: 'c', sequence, headers });
}

const invite = request('INVITE', 10, contactOf('sip:src@192.0.2.10'), routes);
const ok = buildResponse(invite, 200, { toTag: 'srs', headers: [contactOf('sip:srs@192.0.2.50')] });

function made(dialog: Dialog | undefined): Dialog {
  assert.ok(dialog);
  return dialog;
}

const asServer = (): Dialog => made(dialogAsServer(invite, ok));
const asClient = (): Dialog => made(dialogAsClient(invite, ok));

test('the answering side keeps the routes in order, the asking side the other way round', () => {
  assert.deepEqual(asServer().routeSet, ['<sip:p1.example.com;lr>', '<sip:p2.example.com;lr>']);
  assert.deepEqual(asClient().routeSet, ['<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>']);
});

test('both sides name the dialog by its Call-ID and two tags, each with its own tag first', () => {
  const [server, client] = [asServer(), asClient()];
  assert.deepEqual([server.localTag, server.remoteTag], ['srs', 'src']);
  assert.deepEqual([client.localTag, client.remoteTag], ['src', 'srs']);
  const { request: bye } = buildInDialog(client, { method: 'BYE', via });
  assert.equal(dialogKeyOf(bye), dialogKey(server.callId, server.localTag, server.remoteTag));
});

test('a request without a To tag belongs to no dialog', () => {
  assert.equal(dialogKeyOf(invite), undefined);
});

test('an INVITE without a Contact, with two, or with one that is no SIP address makes no dialog', () => {
  const two = [contactOf('sip:a@b'), contactOf('sip:c@d')];
  for (const headers of [[], two, [contactOf('tel:+15550100')], [{ name: 'Contact', value: '*' }]]) {
    const bad = request('INVITE', 1, ...headers);
    assert.equal(dialogAsServer(bad, buildResponse(bad, 200, { toTag: 't' })), undefined);
  }
  assert.equal(dialogAsClient(invite, buildResponse(invite, 200, { toTag: 'srs' })), undefined);
});

test('a peer that knows only RFC 2543 and gives no tag has an empty one', () => {
  const { method, uri, via, to, callId } = invite;
  const old = buildRequest({
    ...{ method, uri, via, to, callId },
    from: { ...from, parameters: [] },
    sequence: 1,
    headers: [contactOf('sip:a@b')],
  });
  assert.equal(dialogAsServer(old, buildResponse(old, 200, { toTag: 't' }))?.remoteTag, '');
});

test('a BYE of the answering side goes to the Contact of the INVITE by its routes, and reads back as the same', () => {
  const { request: bye, next } = buildInDialog(asServer(), { method: 'BYE', via });
  assert.equal(bye.uri, 'sip:src@192.0.2.10');
  assert.equal(nextHop(bye), 'sip:p1.example.com;lr');
  assert.deepEqual([tagOf(bye.from), tagOf(bye.to)], ['srs', 'src']);
  assert.deepEqual(bye.cseq, { number: 1, method: 'BYE' });
  assert.equal(next.localSequence, 1);
  assert.deepEqual(parseMessage(serializeMessage(bye)), { ok: true, message: bye });
});

test('each request of ours takes the next number, and the ACK of a 2xx that of its INVITE', () => {
  const first = buildInDialog(asClient(), { method: 'UPDATE', via });
  const second = buildInDialog(first.next, { method: 'BYE', via });
  assert.deepEqual([first.request.cseq.number, second.request.cseq.number], [11, 12]);
  const ack = buildAckOfSuccess(second.next, 10, { via });
  assert.deepEqual(ack.cseq, { number: 10, method: 'ACK' });
  assert.equal(ack.uri, 'sip:srs@192.0.2.50');
  assert.deepEqual(headerValues(ack, 'Route'), asClient().routeSet);
});

test('a first proxy without lr is addressed itself, and the target becomes the last route', () => {
  const dialog = { ...asServer(), routeSet: ['<sip:old.example.com>', '<sip:p2.example.com;lr>'] };
  const { request: bye } = buildInDialog(dialog, { method: 'BYE', via });
  assert.equal(bye.uri, 'sip:old.example.com');
  assert.deepEqual(headerValues(bye, 'Route'), ['<sip:p2.example.com;lr>', '<sip:src@192.0.2.10>']);
});

test('a request may carry further headers and a body', () => {
  const body = { type: 'application/sdp', bytes: new TextEncoder().encode('v=0\r\n') };
  const headers = [contactOf('sip:srs@192.0.2.50')];
  const { request: again } = buildInDialog(asServer(), { method: 'INVITE', via, headers, body });
  assert.equal(headerValue(again, 'Content-Type'), 'application/sdp');
  assert.equal(headerValue(again, 'Contact'), '<sip:srs@192.0.2.50>');
});

test('a request with a higher number is accepted, and one with the same or a lower number is out of order', () => {
  const verdict = takeInDialog(asServer(), request('INFO', 12));
  assert.ok(verdict.kind === 'accept');
  assert.equal(verdict.next.remoteSequence, 12);
  for (const number of [12, 11, 0]) assert.equal(takeInDialog(verdict.next, request('BYE', number)).kind, 'outOfOrder');
  assert.equal(takeInDialog(verdict.next, request('BYE', 13)).kind, 'accept');
});

test('the first request of the peer may have any number when we began the dialog', () => {
  assert.equal(takeInDialog(asClient(), request('BYE', 0)).kind, 'accept');
});

test('an ACK is accepted only with the number of the last INVITE, and is never out of order', () => {
  const later = takeInDialog(asServer(), request('INFO', 11));
  assert.ok(later.kind === 'accept');
  assert.deepEqual(takeInDialog(later.next, request('ACK', 10)), { kind: 'accept', next: later.next });
  assert.equal(takeInDialog(later.next, request('ACK', 11)).kind, 'ignore');
  assert.equal(takeInDialog(asClient(), request('ACK', 10)).kind, 'ignore');
});

test('a CANCEL repeats the number of its INVITE and changes nothing', () => {
  const dialog = asServer();
  assert.deepEqual(takeInDialog(dialog, request('CANCEL', 10)), { kind: 'accept', next: dialog });
});

test('an INVITE or UPDATE moves the target to its Contact, any other request does not', () => {
  const moved = contactOf('sip:src@192.0.2.99');
  for (const [method, target] of [
    ['INVITE', 'sip:src@192.0.2.99'],
    ['UPDATE', 'sip:src@192.0.2.99'],
    ['INFO', 'sip:src@192.0.2.10'],
  ] as const) {
    const verdict = takeInDialog(asServer(), request(method, 11, moved));
    assert.ok(verdict.kind === 'accept');
    assert.equal(verdict.next.remoteTarget, target);
    assert.equal(verdict.next.remoteInvite, method === 'INVITE' ? 11 : 10);
    assert.deepEqual(verdict.next.routeSet, asServer().routeSet, 'routes never change inside a dialog');
  }
});

test('a 2xx to our request moves the target, and a message without Contact leaves it', () => {
  const moved = buildResponse(invite, 200, { toTag: 'srs', headers: [contactOf('sip:srs@192.0.2.51')] });
  assert.equal(withTarget(asClient(), moved).remoteTarget, 'sip:srs@192.0.2.51');
  const silent = buildResponse(invite, 200, { toTag: 'srs' });
  assert.deepEqual(withTarget(asClient(), silent), asClient());
});
