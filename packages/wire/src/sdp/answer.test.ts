import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  answerOffer,
  type LocalPorts,
  type Origin,
  parseDescription,
  type SessionDescription,
  writeDescription,
} from './index.ts';

const origin: Origin = {
  username: '-',
  sessionId: '42',
  sessionVersion: '7',
  netType: 'IN',
  addressType: 'IP4',
  address: '198.51.100.1',
};
const head = 'v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n';

function offerOf(lines: string): SessionDescription {
  const result = parseDescription(new TextEncoder().encode(head + lines));
  assert.ok(result.ok);
  return result.value;
}

function answerTo(lines: string, ports: readonly (LocalPorts | undefined)[] = [{ rtpPort: 9_000 }]) {
  return answerOffer(offerOf(lines), { origin, address: '198.51.100.1', ports });
}

/** The answer's media lines as text, from the first m= on. */
function mediaText(lines: string, ports?: readonly (LocalPorts | undefined)[]): string {
  const text = writeDescription(answerTo(lines, ports).description);
  const at = text.indexOf('m=');
  return at < 0 ? '' : text.slice(at);
}

function reasonOf(lines: string): string | undefined {
  const [stream] = answerTo(lines).streams;
  assert.ok(stream);
  return stream.isAcceptable ? undefined : stream.reason;
}

test('an offer of two streams is answered recvonly with our ports, one codec each, events, and the labels echoed', () => {
  const text = writeDescription(
    answerTo(
      'm=audio 40000 RTP/AVP 8 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=label:1\na=sendonly\n' +
        'm=audio 40002 RTP/AVP 0\na=label:2\na=sendonly\n',
      [{ rtpPort: 9_000 }, { rtpPort: 9_002 }],
    ).description,
  );
  assert.equal(
    text,
    [
      'v=0',
      'o=- 42 7 IN IP4 198.51.100.1',
      's=-',
      'c=IN IP4 198.51.100.1',
      't=0 0',
      'm=audio 9000 RTP/AVP 8 101',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=label:1',
      'a=recvonly',
      'm=audio 9002 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'a=label:2',
      'a=recvonly',
      '',
    ].join('\r\n'),
  );
});

test('the codec is the first that we know in the order of the offer, static or by rtpmap', () => {
  assert.match(mediaText('m=audio 4 RTP/AVP 3 9 0 8'), /^m=audio 9000 RTP\/AVP 9\r\na=rtpmap:9 G722\/8000/);
  assert.match(
    mediaText('m=audio 4 RTP/AVP 4 96 0\na=rtpmap:96 pcma/8000'),
    /^m=audio 9000 RTP\/AVP 96\r\na=rtpmap:96 PCMA/,
  );
});

test('a static payload type that an rtpmap gives another meaning is not taken for G.711', () => {
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0\na=rtpmap:0 G723/8000'), 'codecUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 96\na=rtpmap:96 PCMU/16000'), 'codecUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 96\na=rtpmap:96 PCMU/8000/2'), 'codecUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP'), 'codecUnsupported');
});

test('telephone-event is answered at each clock rate that is offered, so that none comes unasked', () => {
  const lines = 'm=audio 4 RTP/AVP 0 110 101\na=rtpmap:110 telephone-event/48000\na=rtpmap:101 telephone-event/8000';
  assert.match(mediaText(lines), /^m=audio 9000 RTP\/AVP 0 110 101\r/);
  assert.doesNotMatch(mediaText('m=audio 4 RTP/AVP 0 110\na=rtpmap:110 telephone-event/7000'), /telephone/);
});

/** Offers of one line, and what we take of it. */
const takenFormats: readonly (readonly [offer: string, answer: string])[] = [
  ['9', '9 a=rtpmap:9 G722/8000'],
  ['18\na=fmtp:18 annexb=no', '18 a=rtpmap:18 G729/8000 a=fmtp:18 annexb=no'],
  ['11 10', '11 a=rtpmap:11 L16/44100'],
  ['97\na=rtpmap:97 L16/16000/2', '97 a=rtpmap:97 L16/16000/2'],
  [
    '111\na=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10;useinbandfec=1;x-odd=<b>;stereo=evil text',
    '111 a=rtpmap:111 opus/48000/2 a=fmtp:111 minptime=10;useinbandfec=1',
  ],
  [
    '96\na=rtpmap:96 AMR/8000\na=fmtp:96 octet-align=1; mode-set=0,2,5,7',
    '96 a=rtpmap:96 AMR/8000 a=fmtp:96 octet-align=1;mode-set=0,2,5,7',
  ],
  ['96 0\na=rtpmap:96 AMR-WB/16000\na=fmtp:96 crc=1', '0 a=rtpmap:0 PCMU/8000'],
  ['96 0\na=rtpmap:96 AMR/8000\na=fmtp:96 interleaving=30', '0 a=rtpmap:0 PCMU/8000'],
  ['0 13', '0 13 a=rtpmap:0 PCMU/8000 a=rtpmap:13 CN/8000'],
  ['9 98 99\na=rtpmap:98 CN/8000\na=rtpmap:99 CN/16000', '9 98 a=rtpmap:9 G722/8000 a=rtpmap:98 CN/8000'],
  ['121 0 5\na=rtpmap:121 red/8000\na=fmtp:121 0/0', '121 0 a=rtpmap:121 red/8000 a=fmtp:121 0/0 a=rtpmap:0 PCMU/8000'],
  ['121 0\na=rtpmap:121 red/8000\na=fmtp:121 0/5', '0 a=rtpmap:0 PCMU/8000'],
  [
    '63 111\na=rtpmap:111 opus/48000/2\na=rtpmap:63 red/48000/2\na=fmtp:63 111/111',
    '63 111 a=rtpmap:63 red/48000/2 a=fmtp:63 111/111 a=rtpmap:111 opus/48000/2',
  ],
];

test('each codec is taken with its clock rate, its channels and the parameters that we understand', () => {
  for (const [offer, answer] of takenFormats) {
    const [formats, ...lines] = answer.split(' a=');
    assert.equal(
      mediaText(`m=audio 4 RTP/AVP ${offer}`),
      [`m=audio 9000 RTP/AVP ${formats}`, ...lines.map((line) => `a=${line}`), 'a=recvonly', ''].join('\r\n'),
    );
  }
});

test('a packet time is repeated as a number', () => {
  assert.match(mediaText('m=audio 4 RTP/AVP 0\na=ptime:30'), /a=ptime:30\r\n/);
  assert.doesNotMatch(mediaText('m=audio 4 RTP/AVP 0\na=ptime:30 or so'), /ptime/);
});

test('event parameters other than a list of numbers are not repeated', () => {
  const lines = 'm=audio 4 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 ';
  assert.match(mediaText(`${lines}0-15,66`), /a=fmtp:101 0-15,66/);
  assert.doesNotMatch(mediaText(`${lines}hello`), /fmtp/);
});

test('a line that cannot be recorded is refused with port 0, keeping its place, kind, profile and formats', () => {
  const lines =
    'm=video 4 RTP/AVP 96\na=label:v\nm=audio 6 RTP/AVP 0\na=label:a\nm=audio 8 RTP/SAVP 0\nm=audio 10 RTP/AVP 4\nm=audio 0 RTP/AVP\n';
  const ports = [9_000, 9_002, 9_004, 9_006, 9_008].map((rtpPort) => ({ rtpPort }));
  const firsts = mediaText(lines, ports)
    .split('\r\n')
    .filter((line) => line.startsWith('m='));
  assert.deepEqual(firsts, [
    'm=video 0 RTP/AVP 96',
    'm=audio 9002 RTP/AVP 0',
    'm=audio 0 RTP/SAVP 0',
    'm=audio 0 RTP/AVP 4',
    'm=audio 0 RTP/AVP 0',
  ]);
});

test('every refusal has its reason', () => {
  assert.equal(reasonOf('m=audio 0 RTP/AVP 0'), 'disabled');
  assert.equal(reasonOf('m=text 4 RTP/AVP 98'), 'kindUnsupported');
  assert.equal(reasonOf('m=audio 4 UDP/TLS/RTP/SAVPF 0'), 'protocolUnsupported');
  assert.equal(reasonOf('m=audio 4/2 RTP/AVP 0'), 'addressUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0\nc=IN IP4 233.252.0.1/127'), 'addressUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0\nc=IN IP4 239.1.1.1'), 'addressUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0\nc=IN IP6 ff15::101'), 'addressUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0\nc=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2'), 'addressUnsupported');
  assert.equal(reasonOf('m=audio 4 RTP/AVP 0'), undefined);
});

test('a line for which we have no port is refused and says so, and its neighbours are not touched', () => {
  const lines = 'm=audio 4 RTP/AVP 0\na=label:1\nm=audio 6 RTP/AVP 0\na=label:2\n';
  const { streams } = answerTo(lines, [undefined, { rtpPort: 9_002 }]);
  assert.deepEqual(
    streams.map((stream) => (stream.isAcceptable ? 'accepted' : stream.reason)),
    ['portUnavailable', 'accepted'],
  );
  assert.match(mediaText(lines, [undefined, { rtpPort: 9_002 }]), /^m=audio 0 RTP\/AVP 0\r\nm=audio 9002 /);
  assert.match(mediaText(lines, []), /^m=audio 0 .*\r\nm=audio 0 /);
});

test('an inactive, held or receive-only line is answered inactive and reported as not sending', () => {
  for (const lines of [
    'm=audio 4 RTP/AVP 0\na=inactive',
    'm=audio 4 RTP/AVP 0\nc=IN IP4 0.0.0.0\na=sendonly',
    'm=audio 4 RTP/AVP 0\na=recvonly',
  ]) {
    assert.match(mediaText(lines), /^m=audio 9000 .*a=inactive\r\n$/s, lines);
    assert.equal(answerTo(lines).streams[0]?.isSending, false, lines);
  }
  for (const lines of ['m=audio 4 RTP/AVP 0', 'm=audio 4 RTP/AVP 0\na=sendonly']) {
    assert.match(mediaText(lines), /a=recvonly\r\n$/);
    assert.equal(answerTo(lines).streams[0]?.isSending, true);
  }
});

test('an RTCP port is named only where it is not the next one, and sharing a port only where it was offered', () => {
  const plain = 'm=audio 4 RTP/AVP 0\n';
  assert.doesNotMatch(mediaText(plain, [{ rtpPort: 9_000, rtcpPort: 9_001 }]), /rtcp/);
  assert.match(mediaText(plain, [{ rtpPort: 9_000, rtcpPort: 9_009 }]), /a=rtcp:9009\r\n/);
  assert.match(mediaText(`${plain}a=rtcp-mux`, [{ rtpPort: 9_000, rtcpPort: 9_000 }]), /a=rtcp-mux\r\n/);
  assert.match(mediaText(plain, [{ rtpPort: 9_000, rtcpPort: 9_000 }]), /a=rtcp:9000\r\n/);
});

test('an accepted stream says where its media comes from and what it will be', () => {
  const { streams } = answerTo('m=audio 40000 RTP/AVP 8 101\na=rtpmap:101 telephone-event/8000\na=ptime:30\na=label:x');
  assert.deepEqual(streams, [
    {
      index: 0,
      label: 'x',
      isSending: true,
      isInactive: false,
      isAcceptable: true,
      audio: {
        codec: 'pcma',
        payloadType: 8,
        formats: [
          { encoding: 'pcma', payloadType: 8, clockRate: 8_000, channels: 1 },
          { encoding: 'telephone-event', payloadType: 101, clockRate: 8_000, channels: 1 },
        ],
        packetMs: 30,
      },
      from: { address: '192.0.2.1', port: 40_000, rtcpPort: 40_001, hasRtcpMux: false },
    },
  ]);
});

test('an IPv6 address of ours is announced as IP6, and the t= lines of the offer are repeated', () => {
  const offer = { ...offerOf('m=audio 4 RTP/AVP 0'), times: ['1 2'] };
  const { description } = answerOffer(offer, { origin, address: '2001:db8::9', ports: [{ rtpPort: 9_000 }] });
  assert.deepEqual(description.connections, [{ netType: 'IN', addressType: 'IP6', address: '2001:db8::9' }]);
  assert.deepEqual(description.times, ['1 2']);
});

const mediaLine = fc
  .tuple(
    fc.constantFrom('audio', 'video'),
    fc.constantFrom(0, 4_000),
    fc.constantFrom('RTP/AVP', 'RTP/SAVP'),
    fc.subarray(['0', '8', '4', '96', '101'], { minLength: 1 }),
    fc.constantFrom('', 'a=sendonly', 'a=recvonly', 'a=sendrecv', 'a=inactive', 'c=IN IP4 0.0.0.0'),
  )
  .map(([kind, port, protocol, formats, extra]) => `m=${kind} ${port} ${protocol} ${formats.join(' ')}\n${extra}\n`);

test('an answer has one line for each line of the offer, never sends, and opens a port only for audio it can keep', () => {
  fc.assert(
    fc.property(fc.array(mediaLine, { maxLength: 8 }), fc.array(fc.boolean(), { maxLength: 8 }), (lines, isFree) => {
      const ports = lines.map((_, index) => (isFree[index] ? { rtpPort: 9_000 + 2 * index } : undefined));
      const offer = offerOf(lines.join(''));
      const { description, streams } = answerOffer(offer, { origin, address: '198.51.100.1', ports });
      assert.equal(description.media.length, lines.length);
      for (const [index, media] of description.media.entries()) {
        const stream = streams[index];
        assert.ok(stream);
        assert.equal(media.kind, offer.media[index]?.kind);
        assert.equal(media.port, stream.isAcceptable ? ports[index]?.rtpPort : 0);
        const names = media.attributes.map(({ name }) => name);
        assert.equal(names.includes('sendrecv') || names.includes('sendonly'), false);
        if (media.port === 0) continue;
        assert.equal(media.kind, 'audio');
        assert.equal(names.includes(stream.isSending ? 'recvonly' : 'inactive'), true);
      }
    }),
    { numRuns: 300 },
  );
});
