/** RFC 4475: each of its situations as a message of our own, sent to a running server that has to survive and say the right thing. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseMessage } from '@tacet/wire/sip';
import { requestBytes, udpPeer } from './raw-peer.ts';
import { sipUnderTest, until } from './sip-under-test.ts';

const folder = new URL('../../../wire/test/torture/', import.meta.url);
const bytesOf = (name: string): Uint8Array => readFileSync(new URL(`${name}.sip`, folder));

/** `taken`, or the fault of the parser; then the final status on the wire, or why there is none. */
type Outcome = readonly [parsed: string, status: number | 'unanswered', why: string];

const outcomes: { readonly [name: string]: Outcome } = {
  wsinv: ['taken', 481, 'odd spacing, folding and compact names change nothing; its tag is that of no dialog'],
  intmeth: ['taken', 405, 'every allowed character is read; nobody knows the method'],
  esc01: ['taken', 400, 'escapes are carried as written'],
  escnull: ['taken', 405, 'an escaped null ends no string; we are no registrar'],
  esc02: ['taken', 405, 'percent signs in a method are no escapes, so that this is not REGISTER'],
  lwsdisp: ['taken', 200, 'no space is needed between display name and address'],
  longreq: ['taken', 400, 'long values are read whole'],
  dblreq: ['taken', 405, 'bytes behind the body of a datagram are not a second request'],
  semiuri: ['taken', 200, 'a semicolon in the user part begins no parameter'],
  transports: ['taken', 200, 'transports of other hops need not be known'],
  mpart01: ['taken', 405, 'a binary body with zeros harms nobody'],
  unreason: ['taken', 'unanswered', 'a reason phrase may be in any script; it answers nothing of ours'],
  noreason: ['taken', 'unanswered', 'a reason phrase may be empty'],
  badinv01: ['headerInvalid Via', 'unanswered', 'with a Via that cannot be read there is no way back'],
  clerr: ['bodyTruncated Content-Length', 400, 'the body is shorter than announced'],
  ncl: ['headerInvalid Content-Length', 400, 'a length cannot be negative'],
  scalar02: ['headerInvalid Max-Forwards', 400, 'numbers beyond their range are not cut down to it'],
  scalarlg: ['headerInvalid CSeq', 'unanswered', 'a response with such numbers is dropped'],
  quotbal: ['headerInvalid To', 400, 'a quote does not end'],
  ltgtruri: ['uriInvalid', 400, 'a Request-URI has no brackets'],
  lwsruri: ['startLineInvalid', 400, 'a Request-URI has no spaces'],
  lwsstart: ['startLineInvalid', 400, 'a request line has single spaces'],
  trws: ['startLineInvalid', 400, 'nothing stands behind the version'],
  escruri: ['uriInvalid', 400, 'a Request-URI carries no headers'],
  baddate: ['taken', 400, 'a date that nobody needs is not looked at'],
  regbadct: ['headerInvalid Contact', 400, 'a question mark needs brackets around the address'],
  badaspec: ['headerInvalid To', 400, 'brackets hold no spaces'],
  baddn: ['headerInvalid From', 400, 'a display name with a comma needs quotes'],
  badvers: ['versionUnsupported', 505, 'another version of SIP'],
  mismatch01: ['methodMismatch CSeq', 400, 'CSeq names another method'],
  mismatch02: ['methodMismatch CSeq', 400, 'CSeq names another method than one that nobody knows'],
  bigcode: ['startLineInvalid', 'unanswered', 'a status that would overflow is no status'],
  badbranch: ['taken', 200, 'a branch that is nothing but the cookie is handled as of old'],
  insuf: [
    'headerMissing From',
    'unanswered',
    'without From, To and Call-ID there is nothing that an answer could repeat',
  ],
  unkscm: ['taken', 416, 'a scheme that nobody knows'],
  novelsc: ['taken', 416, 'a scheme that is registered, and not ours'],
  unksm2: ['taken', 405, 'schemes in From, To and Contact are carried; we are no registrar'],
  bext01: ['taken', 420, 'extensions that are required and not known'],
  invut: ['taken', 415, 'a body of an unknown type'],
  regaut01: ['taken', 405, 'an unknown scheme of authentication is not looked into'],
  multi01: ['headerRepeated CSeq', 400, 'headers that stand alone came twice'],
  mcl01: ['headerRepeated Content-Length', 400, 'two lengths leave open where the message ends'],
  bcast: ['taken', 'unanswered', 'a response that is not for us goes nowhere, least of all to everybody'],
  zeromf: ['taken', 200, 'no hops left is enough for the last one'],
  cparam01: ['taken', 405, 'parameters behind a bare Contact belong to the header'],
  cparam02: ['taken', 405, 'parameters within brackets belong to the address'],
  regescrt: ['taken', 405, 'escaped headers of a Contact are carried, and never sent along'],
  sdp01: ['taken', 400, 'an Accept that leaves out SDP changes nothing about what is missing'],
  inv2543: ['taken', 400, 'a request of RFC 2543 is answered by the new rules'],
};

/** The final answer that the server gives to these bytes; 0 when it gives none before it answers the next request. */
async function answerTo(name: string): Promise<number> {
  await using sip = await sipUnderTest();
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  peer.send(bytesOf(name));
  // Answers repeat what was wrong with the headers, so that they are looked at as text.
  const finals = (): readonly number[] =>
    [...peer.text.matchAll(/SIP\/2\.0 ([2-6]\d\d) /g)].map(([, code]) => Number(code));
  const [, expected] = outcomes[name] ?? assert.fail('the file has no outcome');
  if (expected !== 'unanswered') await until('the answer', () => finals().length > 0);
  const [first = 0] = finals();
  peer.send(requestBytes({ method: 'OPTIONS', callId: 'still-here' }));
  await until('an answer afterwards', () => peer.heard.some((one) => one.callId === 'still-here'));
  assert.deepEqual(sip.reports, [], 'a defect was reported');
  assert.deepEqual([sip.server.dialogCount, await sip.conversations()], [0, []], 'something stayed behind');
  // With no answer of its own, that to the second request is the only one.
  return first === 0 && finals().length > 1 ? -1 : first;
}

test('all 49 situations of RFC 4475 are files here, each with its outcome', () => {
  const names = readdirSync(folder).map((file) => file.replace('.sip', ''));
  assert.deepEqual(names.toSorted(), Object.keys(outcomes).toSorted());
  assert.equal(names.length, 49);
});

for (const [name, [parsed, status, why]] of Object.entries(outcomes)) {
  test(`the torture message ${name} is ${status === 'unanswered' ? status : `answered ${status}`}: ${why}`, async () => {
    const result = parseMessage(bytesOf(name));
    assert.equal(result.ok ? 'taken' : `${result.fault.code} ${result.fault.header ?? ''}`.trim(), parsed);
    assert.equal(await answerTo(name), status === 'unanswered' ? 0 : status);
  });
}
