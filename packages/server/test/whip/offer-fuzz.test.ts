/** Offers from nowhere good, given to the library that answers them: each is answered or refused, and nothing stays behind. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { instant } from '@tacet/domain';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { RTCPeerConnection, useOPUS, useVP8 } from 'werift';
import { whipLimits } from '../../src/whip/limits.ts';
import { Peer } from '../../src/whip/peer.ts';
import { readOffer } from '../../src/whip/read-offer.ts';

async function offerOf(kinds: readonly ('audio' | 'video')[]): Promise<Uint8Array> {
  const connection = new RTCPeerConnection({ codecs: { video: [useVP8()], audio: [useOPUS()] }, iceServers: [] });
  for (const kind of kinds) connection.addTransceiver(kind, { direction: 'sendonly' });
  const { sdp } = await connection.createOffer();
  await connection.close();
  return Buffer.from(sdp);
}

function posted(body: Uint8Array): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(body)]), {
    headers: { 'content-type': 'application/sdp' },
  }) as unknown as IncomingMessage;
}

const settings = { host: '127.0.0.1', announced: '127.0.0.1', ports: { first: 42_000, last: 42_999 } };

/** @returns what became of it. */
async function answered(offer: string): Promise<'answered' | 'nothing' | 'refused'> {
  const packets: Uint8Array[] = [];
  const peer = new Peer(settings, {
    now: () => instant(0),
    onPacket: (_, packet) => packets.push(packet),
    onState: () => undefined,
  });
  try {
    const answer = await peer.answer(offer);
    assert.ok(answer === undefined || answer.startsWith('v=0'));
    assert.ok(peer.streams.length <= whipLimits.mediaLinesMax);
    return answer === undefined ? 'nothing' : 'answered';
  } catch {
    return 'refused';
  } finally {
    await peer.close();
    assert.equal(packets.length, 0);
  }
}

test('whatever is offered, it is answered or refused, and the process goes on', async () => {
  const corpus = [await offerOf(['video']), await offerOf(['video', 'audio'])];
  const counts = { answered: 0, nothing: 0, refused: 0 };
  for (const input of fuzzInputs(91, corpus, 150, 'WHIP offers')) {
    const offer = await readOffer(posted(input));
    if (typeof offer === 'number') continue;
    const late = wait(10_000, 'late', { ref: false });
    const outcome = await Promise.race([answered(offer), late]);
    assert.notEqual(outcome, 'late', 'an offer is answered in time');
    counts[outcome as keyof typeof counts] += 1;
  }
  assert.ok(counts.answered > 10, `only ${JSON.stringify(counts)}: the offers are no longer understood`);
  // What was left running would have failed by now.
  await wait(200);
});

// Rule: an offer that is too long is refused before all of it was read
test('an offer that is too long, or of too many media, is refused unread', async () => {
  const line = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n';
  const lines = (count: number): Uint8Array => Buffer.from(`v=0\r\n${line.repeat(count)}`);
  assert.equal(typeof (await readOffer(posted(lines(whipLimits.mediaLinesMax)))), 'string');
  assert.equal(await readOffer(posted(lines(whipLimits.mediaLinesMax + 1))), 400);
  assert.equal(await readOffer(posted(new Uint8Array(whipLimits.sdpBytesMax + 1))), 413);
});
