import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { NameAddress } from './address.ts';
import type { SipHeader, SipMessage } from './message.ts';
import { parseMessage } from './parse.ts';
import { buildRequest } from './request.ts';
import { buildResponse } from './response.ts';
import { serializeMessage } from './serialize.ts';
import { StreamFramer } from './stream.ts';
import type { Via } from './via.ts';

const letters = [..."abcXYZ019-.!%*_+`'~"];
const token = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/\p{Cc}/gu, '').trim());
const parameter = fc
  .tuple(token, fc.option(token, { nil: undefined }))
  .map(([name, value]) => ({ name: `p${name}`, value }));
const parameters = fc.array(parameter, { maxLength: 3 });
const host = fc.constantFrom('a.example.com', '192.0.2.7', '[2001:db8::7]');
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const uri = fc.tuple(token, host).map(([name, where]) => `sip:${name.replace(/[%`]/g, '')}x@${where};lr`);
const address: fc.Arbitrary<NameAddress> = fc
  .tuple(fc.option(line, { nil: undefined }), uri, parameters)
  .map(([displayName, where, behind]) => ({ displayName, uri: where, parameters: behind }));
const via: fc.Arbitrary<Via> = fc
  .tuple(fc.constantFrom('UDP', 'TCP', 'TLS'), host, port, parameters)
  .map(([transport, where, at, behind]) => ({ transport, host: where, port: at, parameters: behind }));
const header: fc.Arbitrary<SipHeader> = fc.tuple(token, line).map(([name, value]) => ({ name: `X-${name}`, value }));
const body = fc.option(
  fc
    .uint8Array({ maxLength: 200 })
    .map((bytes) => ({ type: 'application/octet-stream', bytes: Uint8Array.from(bytes) })),
  { nil: undefined },
);

const requests = fc
  .record({ method: token, uri, via, from: address, to: address, callId: token })
  .chain((parts) =>
    fc
      .tuple(fc.nat(2_147_483_647), fc.array(header, { maxLength: 5 }), body)
      .map(([sequence, headers, content]) =>
        buildRequest({ ...parts, sequence, headers, ...(content === undefined ? {} : { body: content }) }),
      ),
  );
const messages: fc.Arbitrary<SipMessage> = fc.oneof(
  requests,
  fc
    .tuple(requests, fc.integer({ min: 100, max: 699 }), token, line)
    .map(([request, status, toTag, reason]) => buildResponse(request, status, { toTag, reason })),
);

test('any message that is written reads back as the same', () => {
  fc.assert(
    fc.property(messages, (message) => {
      assert.deepEqual(parseMessage(serializeMessage(message)), { ok: true, message });
    }),
    { numRuns: 300 },
  );
});

test('any messages on one stream come out the same, however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 200 })), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(serializeMessage));
      const framer = new StreamFramer();
      const events = [];
      let at = 0;
      for (const cut of cuts) {
        events.push(...framer.feed(bytes.subarray(at, at + cut)));
        at += cut;
      }
      events.push(...framer.feed(bytes.subarray(at)));
      assert.deepEqual(
        events,
        sent.map((message) => ({ kind: 'message', message })),
      );
    }),
  );
});
