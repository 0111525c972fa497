import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../result.ts';
import {
  connectionOf,
  directionOf,
  isHeld,
  isSending,
  labelOf,
  type MediaDescription,
  packetTimeMsOf,
  parseDescription,
  rtcpPortOf,
  rtpMapOf,
  type SessionDescription,
  sdpLimits,
  writeDescription,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function accepted<Value>(result: Result<Value, string>): Value {
  assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.detail}`);
  return result.value;
}

function faultOf(text: string): string {
  const result = parseDescription(bytes(text));
  assert.equal(result.ok, false);
  return result.ok ? '' : `${result.fault.code} ${result.fault.detail}`;
}

const head = 'v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nt=0 0\n';

function parsed(text: string): SessionDescription {
  return accepted(parseDescription(bytes(text)));
}

function lineOf(lines: string): { description: SessionDescription; media: MediaDescription } {
  const description = parsed(head + lines);
  const media = description.media[0];
  assert.ok(media);
  return { description, media };
}

test('a description is read line by line into session and media sections, in the order of the wire', () => {
  const description = parsed(
    'v=0\r\no=edge 4711 9 IN IP4 192.0.2.10\r\ns=call\r\nc=IN IP4 192.0.2.10\r\nb=AS:64\r\nt=0 0\r\na=tool:x y\r\n' +
      'm=audio 40000 RTP/AVP 8 101\r\na=label:1\r\na=sendonly\r\nm=video 0 RTP/AVP 96\r\nc=IN IP6 2001:db8::1\r\n',
  );
  assert.deepEqual(description, {
    origin: {
      username: 'edge',
      sessionId: '4711',
      sessionVersion: '9',
      netType: 'IN',
      addressType: 'IP4',
      address: '192.0.2.10',
    },
    name: 'call',
    connections: [{ netType: 'IN', addressType: 'IP4', address: '192.0.2.10' }],
    bandwidths: ['AS:64'],
    times: ['0 0'],
    attributes: [{ name: 'tool', value: 'x y' }],
    media: [
      {
        kind: 'audio',
        port: 40_000,
        portCount: 1,
        protocol: 'RTP/AVP',
        formats: ['8', '101'],
        connections: [],
        bandwidths: [],
        attributes: [
          { name: 'label', value: '1' },
          { name: 'sendonly', value: undefined },
        ],
      },
      {
        kind: 'video',
        port: 0,
        portCount: 1,
        protocol: 'RTP/AVP',
        formats: ['96'],
        connections: [{ netType: 'IN', addressType: 'IP6', address: '2001:db8::1' }],
        bandwidths: [],
        attributes: [],
      },
    ],
  });
});

test('line ends may be CRLF, LF or CR, and blank lines are passed over', () => {
  const lines = ['', 'v=0', 'o=- 1 2 IN IP4 192.0.2.1', '', 's=-', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''];
  const [crlf, lf, cr] = ['\r\n', '\n', '\r'].map((end) => parsed(lines.join(end)));
  assert.deepEqual(crlf, lf);
  assert.deepEqual(cr, lf);
});

test('missing o=, s= and t= lines read as nothing said, and a missing c= as no connection', () => {
  const description = parsed('v=0\nm=audio 4000 RTP/AVP 0\n');
  assert.equal(description.origin.address, '0.0.0.0');
  assert.equal(description.name, '-');
  assert.deepEqual(description.times, ['0 0']);
  assert.deepEqual(description.connections, []);
  assert.equal(description.media.length, 1);
});

test('a user name with blanks in the o= line is kept whole', () => {
  const description = parsed('v=0\no=Gateway Model 7 99 3 IN IP4 X.X.X.X\n');
  assert.equal(description.origin.username, 'Gateway Model 7');
  assert.equal(description.origin.sessionVersion, '3');
  assert.equal(description.origin.address, 'X.X.X.X');
});

test('text that does not begin with v=0 is not a description', () => {
  assert.equal(faultOf(''), 'versionUnknown no line');
  assert.equal(faultOf('v=1\n'), 'versionUnknown line 1');
  assert.equal(faultOf('<recording/>'), 'versionUnknown line 1');
});

test('a malformed line refuses the description and is named by its number only', () => {
  assert.equal(faultOf(`${head}nonsense`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}c=IN IP4`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}c=IN IP4 192.0.2.1 more`), 'lineMalformed line 5');
  assert.equal(faultOf('v=0\no=- 1 2 IN IP4'), 'lineMalformed line 2');
  assert.equal(faultOf(`${head}m=audio`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}m=audio 65536 RTP/AVP 0`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}m=audio 4000/0 RTP/AVP 0`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}m=audio -1 RTP/AVP 0`), 'lineMalformed line 5');
  assert.equal(faultOf(`${head}a=x\0y`), 'lineMalformed line 5');
});

test('an unknown type letter refuses the description, a known one without meaning here does not', () => {
  assert.equal(faultOf(`${head}q=1`), 'lineUnknown line 5');
  assert.equal(parsed(`${head}i=a\nu=b\ne=c\np=d\nr=e\nz=f\nk=g\na=\n`).media.length, 0);
});

test('a second v=, o= or s= line refuses the description', () => {
  assert.equal(faultOf(`${head}v=0`), 'lineRepeated line 5');
  assert.equal(faultOf(`${head}o=- 1 2 IN IP4 192.0.2.1`), 'lineRepeated line 5');
  assert.equal(faultOf(`${head}s=-`), 'lineRepeated line 5');
});

test('each bound accepts its limit and refuses one beyond', () => {
  const mediaLines = (count: number): string => 'm=audio 4000 RTP/AVP 0\n'.repeat(count);
  assert.equal(parsed(head + mediaLines(sdpLimits.mediaMax)).media.length, sdpLimits.mediaMax);
  assert.match(faultOf(head + mediaLines(sdpLimits.mediaMax + 1)), /^descriptionTooLarge line/);

  assert.ok(parsed(head + 'a=x\n'.repeat(sdpLimits.attributesMax)));
  assert.match(faultOf(head + 'a=x\n'.repeat(sdpLimits.attributesMax + 1)), /^descriptionTooLarge line/);

  const formats = (count: number): string => `${head}m=audio 4000 RTP/AVP${' 0'.repeat(count)}`;
  assert.ok(parsed(formats(sdpLimits.formatsMax)));
  assert.match(faultOf(formats(sdpLimits.formatsMax + 1)), /^descriptionTooLarge line/);

  assert.ok(parsed(`${head}a=${'x'.repeat(sdpLimits.lineCharsMax - 2)}`));
  assert.equal(faultOf(`${head}a=${'x'.repeat(sdpLimits.lineCharsMax - 1)}`), 'descriptionTooLarge line 5');

  assert.ok(parsed(head + '\n'.repeat(sdpLimits.linesMax - 5)));
  assert.equal(faultOf(head + '\n'.repeat(sdpLimits.linesMax)), 'descriptionTooLarge lines');

  for (const line of ['b=AS:1\n', 'c=IN IP4 192.0.2.1\n']) {
    assert.ok(parsed(head + line.repeat(sdpLimits.repeatsMax)));
    assert.match(faultOf(head + line.repeat(sdpLimits.repeatsMax + 1)), /^descriptionTooLarge line/);
  }

  // `head` is ASCII, so filling up with short attribute lines reaches the byte bound exactly.
  const longLine = `k=${'x'.repeat(1_000)}\n`;
  const filled = head + longLine.repeat(Math.floor((sdpLimits.descriptionBytesMax - head.length) / longLine.length));
  const exact = filled + ' '.repeat(sdpLimits.descriptionBytesMax - filled.length);
  assert.ok(parsed(exact));
  assert.equal(faultOf(`${exact} `), 'descriptionTooLarge bytes');
});

test('a line break inside a value cannot smuggle a line into what is written', () => {
  const description = parsed(`${head}m=audio 4000 RTP/AVP 0\n`);
  const text = writeDescription({ ...description, name: 'x\r\nm=audio 6666 RTP/AVP 0\0' });
  const again = parsed(text);
  assert.equal(again.media.length, 1);
  assert.equal(again.media[0]?.port, 4_000);
});

test('the direction of a media line is its own, else the one of the session, else sendrecv', () => {
  const direction = (lines: string): string => {
    const { description, media } = lineOf(lines);
    return directionOf(description, media);
  };
  assert.equal(direction('m=audio 4000 RTP/AVP 0'), 'sendrecv');
  assert.equal(direction('a=recvonly\nm=audio 4000 RTP/AVP 0'), 'recvonly');
  assert.equal(direction('a=recvonly\nm=audio 4000 RTP/AVP 0\na=sendonly'), 'sendonly');
});

test('a media line that contradicts itself about direction counts as inactive', () => {
  const { description, media } = lineOf('m=audio 4000 RTP/AVP 0\na=sendonly\na=inactive');
  assert.equal(directionOf(description, media), 'inactive');
  assert.equal(isSending(description, media), false);
});

test('an all-zero address is a hold in IPv4 and IPv6, at either level, and no address at all is not', () => {
  const held = (lines: string): boolean => {
    const { description, media } = lineOf(lines);
    assert.equal(isSending(description, media), !isHeld(description, media));
    return isHeld(description, media);
  };
  assert.equal(held('c=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 0'), true);
  assert.equal(held('c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0'), true);
  assert.equal(held('m=audio 4000 RTP/AVP 0\nc=IN IP6 ::'), true);
  assert.equal(held('m=audio 4000 RTP/AVP 0\nc=IN IP6 0:0:0:0:0:0:0:0'), true);
  assert.equal(held('c=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1'), false);
  assert.equal(held('m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::'), false);
  assert.equal(held('m=audio 4000 RTP/AVP 0'), false);
});

test('a line with port 0 or without a sending direction does not send', () => {
  for (const lines of ['m=audio 0 RTP/AVP 0', 'm=audio 4000 RTP/AVP 0\na=recvonly']) {
    const { description, media } = lineOf(lines);
    assert.equal(isSending(description, media), false);
  }
});

test('label, packet time, RTCP port and connection are read from the attributes of the line', () => {
  const { description, media } = lineOf(
    'c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.2\na=label: left \na=ptime:20\na=rtcp:4777 IN IP4 192.0.2.3',
  );
  assert.equal(labelOf(media), 'left');
  assert.equal(packetTimeMsOf(media), 20);
  assert.equal(rtcpPortOf(media), 4_777);
  assert.equal(connectionOf(description, media)?.address, '192.0.2.2');
});

test('absurd packet times, RTCP ports and labels count as not stated', () => {
  const { media } = lineOf('m=audio 4000 RTP/AVP 0\na=ptime:0\na=rtcp:65536\na=label:');
  assert.equal(packetTimeMsOf(media), undefined);
  assert.equal(rtcpPortOf(media), undefined);
  assert.equal(labelOf(media), undefined);
});

test('an rtpmap line decides what a payload type means, and the static table stands in where there is none', () => {
  const { media } = lineOf(
    'm=audio 4000 RTP/AVP 0 8 96 97\na=rtpmap:8 G729/8000\na=rtpmap:96 OPUS/48000/2\na=rtpmap:97 x',
  );
  assert.deepEqual(rtpMapOf(media, '0'), { encoding: 'pcmu', clockRate: 8_000, channels: 1 });
  assert.deepEqual(rtpMapOf(media, '8'), { encoding: 'g729', clockRate: 8_000, channels: 1 });
  assert.deepEqual(rtpMapOf(media, '96'), { encoding: 'opus', clockRate: 48_000, channels: 2 });
  assert.equal(rtpMapOf(media, '97'), undefined);
  assert.equal(rtpMapOf(media, '98'), undefined);
});
