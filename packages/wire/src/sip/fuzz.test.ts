import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { answerTo } from './fault.ts';
import { sipLimits } from './limits.ts';
import { headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import { nextHop } from './request.ts';
import { buildRefusal, buildResponse } from './response.ts';
import { responseTarget, withSource } from './response-path.ts';
import { serializeMessage } from './serialize.ts';
import { negotiateSessionTimer } from './session-timer.ts';
import { StreamFramer } from './stream.ts';
import { serverTransactionKey } from './transaction-key.ts';

const corpus = ['valid/', 'invalid/'].flatMap((folder) => {
  const url = new URL(`corpus/${folder}`, import.meta.url);
  return readdirSync(url)
    .toSorted()
    .map((name) => readFileSync(new URL(name, url)));
});

/** A seed of one's own is given in the environment, to repeat a find or to look further. */
const seed = 20_250_304;
const executions = 6_000;

/** Processor time, far above what any input needs (well below 1 ms), so that only a run-away reader can reach it. */
const slowestUs = 1_000_000;

/** Runs the check on every input; a failure names the seed and the number that make the input again. */
function forEveryInput(parser: string, check: (bytes: Uint8Array) => void): void {
  let number = 0;
  for (const bytes of fuzzInputs(seed, corpus, executions, parser)) {
    const usedBefore = process.cpuUsage();
    try {
      check(bytes);
      assert.ok(process.cpuUsage(usedBefore).user < slowestUs, 'the input took too long');
    } catch (cause) {
      throw new Error(`SIP_FUZZ_SEED=${seed}, input ${number}`, { cause });
    }
    number += 1;
  }
}

test('whatever bytes a datagram has, it is taken or refused, and what is taken reads the same when written again', () => {
  let takenCount = 0;
  forEveryInput('SIP message', (bytes) => {
    const result = parseMessage(bytes);
    if (!result.ok) return;
    takenCount += 1;
    // Behind the body anything may stand, but the limit holds for the whole datagram; written again it is shorter.
    assert.ok(bytes.length <= sipLimits.messageBytesMax + 64);
    assert.deepEqual(parseMessage(serializeMessage(result.message)), result);
  });
  // If the mutations broke everything, the second half of the rule would never be tried.
  assert.ok(takenCount > executions / 20, `only ${takenCount} inputs were taken`);
});

test('whatever request is taken or refused, the answer to it can be made, written, and read', () => {
  forEveryInput('SIP answer', (bytes) => {
    const result = parseMessage(bytes);
    if (!result.ok) {
      const refusal = buildRefusal(result.fault, 'ours');
      if (refusal === undefined) return;
      assert.equal(refusal.status, answerTo(result.fault).status);
      serializeMessage(refusal);
      return;
    }
    if (result.message.kind === 'response') return;
    const request = withSource(result.message, { host: '198.51.100.9', port: 49_152 });
    assert.equal(responseTarget(request.via).host, '198.51.100.9');
    assert.ok(serverTransactionKey(request).length > 0 && nextHop(request).length > 0);
    negotiateSessionTimer(request);
    const response = buildResponse(request, 200, { toTag: 'ours' });
    const read = parseMessage(serializeMessage(response));
    assert.deepEqual(read, { ok: true, message: response });
    assert.deepEqual(headerValues(response, 'Via'), headerValues(request, 'Via'));
  });
});

test('whatever bytes a stream has, its pieces give the same events as the whole, and nothing follows a break', () => {
  forEveryInput('SIP stream', (bytes) => {
    const whole = new StreamFramer().feed(bytes);
    const framer = new StreamFramer();
    const events = [];
    for (let at = 0; at < bytes.length; at += 997) events.push(...framer.feed(bytes.subarray(at, at + 997)));
    assert.deepEqual(events, whole);
    const breaks = whole.findIndex(({ kind }) => kind === 'broken');
    assert.ok(breaks < 0 || breaks === whole.length - 1);
  });
});
