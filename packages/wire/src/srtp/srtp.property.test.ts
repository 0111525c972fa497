import assert from 'node:assert/strict';
import { createCipheriv, createHmac, createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRtpHeader, readSealedRtpHeader, writeRtpPacket, writeSenderReport } from '../rtp/index.ts';
import { GcmTag } from './gcm-tag.ts';
import { HmacTag } from './hmac-tag.ts';
import { cryptoSuites, keyingBytes, SrtpReceiver, SrtpSender, type SrtpTerms } from './index.ts';
import { Keystream } from './keystream.ts';
import { estimateIndex } from './rollover.ts';

const gcmNames = { 16: 'aes-128-gcm', 32: 'aes-256-gcm' } as const;

function terms(place: number, fill: number = 3, mki?: string): SrtpTerms {
  const suite = cryptoSuites[place] ?? assert.fail();
  const keyAndSalt = Buffer.from(Array.from({ length: keyingBytes(suite) }, (_, at) => (at * 7 + fill) & 0xff));
  return { suite, keys: [{ keyAndSalt: keyAndSalt.toString('base64'), ...(mki === undefined ? {} : { mki }) }] };
}

const anySuite = fc.nat({ max: cryptoSuites.length - 1 });
const header = createRtpHeader();

/** What the receiver makes of a packet: why not, or the packet as it was before it was sealed. */
function opened(receiver: SrtpReceiver, sealed: Uint8Array, now: number = 0): string {
  assert.equal(readSealedRtpHeader(sealed, header), 'ok');
  const verdict = receiver.authenticateRtp(sealed, header, now);
  if (typeof verdict === 'string') return verdict;
  const copy = Uint8Array.from(sealed);
  verdict.key.decryptRtp(copy, header.payloadOffset, verdict);
  return Buffer.from(copy.subarray(0, verdict.end)).toString('hex');
}

function packet(index: number, ssrc: number = 9, payload: Uint8Array = new Uint8Array(160).fill(index)): Uint8Array {
  return writeRtpPacket({ payloadType: 0, sequence: index & 0xffff, timestamp: (index * 160) >>> 0, ssrc, payload });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

test('a tag computed without decrypting is the tag that GCM itself computes, and so is what it decrypts to', () => {
  const bytes = (maxLength: number, minLength: number = 0): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength, maxLength });
  const keys = fc.oneof(bytes(16, 16), bytes(32, 32));
  fc.assert(
    fc.property(keys, bytes(12, 12), fc.tuple(bytes(80), bytes(8)), bytes(400), (key, iv, [clear, extra], plain) => {
      const secret = createSecretKey(key);
      const theirs = createCipheriv(gcmNames[key.length as 16 | 32], secret, iv);
      theirs.setAAD(Buffer.concat([clear, extra]));
      const sealed = Buffer.concat([theirs.update(plain), theirs.final()]);
      const bytes = Uint8Array.from(Buffer.concat([clear, sealed]));
      const gcm = new GcmTag(secret);
      // Twice, so that the kept correction is used as well.
      for (let time = 0; time < 2; time += 1) {
        const ours = gcm.compute(bytes, { clearEnd: clear.length, end: bytes.length }, iv, extra);
        assert.equal(text(ours), theirs.getAuthTag().toString('hex'));
      }
      const start = Uint8Array.from([...iv, 0, 0, 0, 2]);
      new Keystream(secret).apply(bytes, clear.length, bytes.length, start);
      assert.equal(text(bytes.subarray(clear.length)), text(plain));
    }),
    { numRuns: 300 },
  );
});

test('two plain digests make the HMAC of node:crypto', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.uint8Array({ maxLength: 3_000 }),
      (key, message) => {
        const ours = new HmacTag(key).compute(
          message,
          { clearEnd: 0, end: message.length },
          key,
          Uint8Array.of(1, 2, 3, 4),
        );
        const theirs = createHmac('sha1', key)
          .update(message)
          .update(Uint8Array.of(1, 2, 3, 4))
          .digest('hex');
        assert.equal(text(ours), theirs);
      },
    ),
  );
});

test('what a sender protects comes back with every suite, with and without an identifier of its key', () => {
  const ends = fc.record({
    csrcCount: fc.nat({ max: 15 }),
    payloadBytes: fc.nat({ max: 1_400 }),
    index: fc.nat({ max: 65_535 }),
  });
  fc.assert(
    fc.property(
      anySuite,
      fc.constantFrom(undefined, 'ab', '00000007'),
      ends,
      (place, mki, { csrcCount, payloadBytes, index }) => {
        const agreed = terms(place, 3, mki);
        const csrcs = Array.from({ length: csrcCount }, (_, n) => n);
        const payload = new Uint8Array(payloadBytes).fill(index);
        const plain = writeRtpPacket({
          payloadType: 0,
          sequence: index,
          timestamp: 5,
          ssrc: 0xffff_fff0,
          payload,
          csrcs,
        });
        const sealed = new SrtpSender(agreed).protectRtp(plain, index, 12 + csrcCount * 4);
        assert.equal(opened(new SrtpReceiver(agreed), sealed), text(plain));
      },
    ),
  );
});

test('a packet of which any bit was changed is not authentic, and neither locks a source nor fills its window', () => {
  fc.assert(
    fc.property(anySuite, fc.nat(), fc.nat({ max: 7 }), (place, at, bit) => {
      const agreed = terms(place);
      const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
      const sealed = sender.protectRtp(packet(4_000), 4_000);
      const broken = Uint8Array.from(sealed);
      // Not in the first two bytes, which tell it from other kinds of packets before its tag is looked at.
      const spot = 2 + (at % (sealed.length - 2));
      broken[spot] = (broken[spot] ?? 0) ^ (1 << bit);
      assert.equal(opened(receiver, broken), 'unauthentic');
      assert.equal(opened(receiver, sealed), text(packet(4_000)));
    }),
  );
});

test('the likeliest index is the one that was sent, whenever no more than half a round lies between', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: -32_767, max: 32_767 }), (highest, step) => {
      fc.pre(highest + step >= 0);
      assert.equal(estimateIndex(highest, (highest + step) % 65_536), highest + step);
    }),
  );
  assert.ok(estimateIndex(5, 65_530) < 0, 'from before the counter began');
});

test('packets are taken through the wrap of their numbers, late ones among them, each once', () => {
  const agreed = terms(0);
  const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
  const sent = [65_530, 65_535, 65_531, 65_537, 65_536, 65_534, 98_000, 130_000, 131_072, 131_071];
  for (const index of sent) {
    const sealed = sender.protectRtp(packet(index), index);
    assert.equal(opened(receiver, sealed), text(packet(index)), `${index}`);
    assert.equal(opened(receiver, sealed), 'replayed');
  }
  assert.equal(
    opened(receiver, sender.protectRtp(packet(131_072 - 256), 131_072 - 256)),
    'replayed',
    'out of the window',
  );
});

test('a packet that comes twice is refused before its tag is looked at', () => {
  const agreed = terms(0);
  const receiver = new SrtpReceiver(agreed);
  const sealed = new SrtpSender(agreed).protectRtp(packet(9), 9);
  assert.equal(opened(receiver, sealed), text(packet(9)));
  const broken = Uint8Array.from(sealed);
  broken[20] = (broken[20] ?? 0) ^ 1;
  assert.equal(opened(receiver, broken), 'replayed', 'its number alone says so');
});

test('a source whose rollover counter has grown before we heard it is taken up after a few packets', () => {
  const agreed = terms(3);
  const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
  const from = 65_536 * 9 + 700;
  const outcomes = Array.from({ length: 20 }, (_, n) =>
    opened(receiver, sender.protectRtp(packet(from + n), from + n)),
  );
  assert.equal(outcomes.indexOf(text(packet(from + 8))), 8);
  assert.ok(outcomes.slice(8).every((outcome) => outcome !== 'unauthentic'));
  const later = from + 65_536 * 3;
  const again = Array.from({ length: 4 }, (_, n) => opened(receiver, sender.protectRtp(packet(later + n), later + n)));
  assert.equal(again.at(-1), text(packet(later + 3)), 'and so is one that was away for three rounds');
  const far = later + 40_000;
  assert.equal(
    opened(receiver, sender.protectRtp(packet(far), far)),
    text(packet(far)),
    'or for more than half of one',
  );
});

test('each source has a rollover counter of its own, and memory does not grow with their number', () => {
  const agreed = terms(3);
  const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
  for (let ssrc = 1; ssrc <= 200; ssrc += 1) {
    assert.equal(opened(receiver, sender.protectRtp(packet(ssrc, ssrc), ssrc)), text(packet(ssrc, ssrc)));
  }
  assert.equal(opened(receiver, sender.protectRtp(packet(200, 200), 200)), 'replayed');
});

test('a new key is taken at once, and the one before for packets that are still under way', () => {
  const [first, second] = [terms(0, 3), terms(0, 91)];
  const receiver = new SrtpReceiver(first);
  const [before, after] = [new SrtpSender(first), new SrtpSender(second)];
  const sealed = (sender: SrtpSender, index: number): Uint8Array => sender.protectRtp(packet(index), index);
  assert.equal(opened(receiver, sealed(before, 1), 0), text(packet(1)));
  receiver.agree(second);
  assert.equal(opened(receiver, sealed(before, 2), 60_000), text(packet(2)), 'as long as no packet has the new key');
  assert.equal(opened(receiver, sealed(after, 4), 60_020), text(packet(4)));
  assert.equal(opened(receiver, sealed(before, 3), 61_000), text(packet(3)), 'it was under way');
  assert.equal(opened(receiver, sealed(after, 5), 62_100), text(packet(5)));
  assert.equal(opened(receiver, sealed(before, 6), 62_120), 'unauthentic', 'the old key is over');
});

test('a key that is agreed on again goes on with its counters', () => {
  const agreed = terms(3);
  const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
  const sealed = sender.protectRtp(packet(65_537), 65_537);
  for (const index of [65_535, 65_536]) opened(receiver, sender.protectRtp(packet(index), index));
  receiver.agree(agreed);
  assert.equal(opened(receiver, sealed), text(packet(65_537)));
  receiver.agree(agreed);
  assert.equal(opened(receiver, sealed), 'replayed');
});

test('keys are told apart by the identifier in the packet', () => {
  const [one, two] = [terms(0, 3, '01'), terms(0, 91, '02')];
  const receiver = new SrtpReceiver({ suite: one.suite, keys: [...one.keys, ...two.keys] });
  assert.equal(opened(receiver, new SrtpSender(two).protectRtp(packet(1), 1)), text(packet(1)));
  assert.equal(opened(receiver, new SrtpSender(one).protectRtp(packet(2), 2)), text(packet(2)));
  const strange = terms(0, 3, '03');
  assert.equal(opened(receiver, new SrtpSender(strange).protectRtp(packet(3), 3)), 'unauthentic');
});

test('RTCP is authenticated with every suite, sealed or in the clear, and taken once', () => {
  const report = { ssrc: 9, ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packetCount: 4, payloadBytes: 5 };
  const plain = writeSenderReport(report);
  fc.assert(
    fc.property(anySuite, fc.constantFrom(undefined, 'ab'), fc.boolean(), fc.nat(), (place, mki, isSealed, at) => {
      const agreed = terms(place, 3, mki);
      const [sender, receiver] = [new SrtpSender(agreed), new SrtpReceiver(agreed)];
      const sealed = sender.protectRtcp(plain, 77, isSealed);
      const broken = Uint8Array.from(sealed);
      const spot = at % sealed.length;
      broken[spot] = (broken[spot] ?? 0) ^ 1;
      assert.equal(receiver.authenticateRtcp(broken, 0), 'unauthentic');
      const verdict = receiver.authenticateRtcp(sealed, 0);
      assert.ok(typeof verdict !== 'string');
      assert.equal(text(sealed.subarray(8, plain.length)) === text(plain.subarray(8)), !isSealed);
      verdict.key.decryptRtcp(sealed, verdict);
      assert.equal(text(sealed.subarray(0, verdict.end)), text(plain));
      assert.equal(receiver.authenticateRtcp(sender.protectRtcp(plain, 77, isSealed), 0), 'replayed');
    }),
  );
});
