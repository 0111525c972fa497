import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import {
  blankRedBlock,
  createRtpHeader,
  readRedBlocks,
  readRtcp,
  readRtpHeader,
  readTelephoneEvent,
  rtpLimits,
  writeRtpPacket,
} from './index.ts';

const folder = join(import.meta.dirname, 'corpus');
const corpus = readdirSync(folder)
  .sort()
  // Plain bytes, since the slices of a Buffer share its memory and the mutator would damage the corpus.
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));

test('no damaged packet makes the header reader throw or point outside of the packet', () => {
  const header = createRtpHeader();
  let acceptedCount = 0;
  for (const input of fuzzInputs(21, corpus, 8_000, 'RTP')) {
    if (readRtpHeader(input, header) !== 'ok') continue;
    acceptedCount += 1;
    assert.ok(header.payloadBytes >= 0);
    assert.equal(header.payloadOffset + header.payloadBytes + header.paddingBytes, input.length);
    assert.ok(header.extensionOffset + header.extensionBytes <= header.payloadOffset);
    readTelephoneEvent(input, header);
    const { payloadOffset, payloadBytes, extensionOffset, extensionBytes } = header;
    const first = { ...header };
    const again = writeRtpPacket({
      ...first,
      payload: input.subarray(payloadOffset, payloadOffset + payloadBytes),
      csrcs: Array.from({ length: first.csrcCount }, () => 0),
      ...(extensionOffset > 0 && {
        extension: {
          profile: first.extensionProfile,
          content: input.subarray(extensionOffset, extensionOffset + extensionBytes),
        },
      }),
    });
    assert.equal(readRtpHeader(again, header), 'ok');
    assert.deepEqual(header, first);
  }
  assert.ok(acceptedCount > 1_000, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('no damaged datagram makes the RTCP reader throw, grow, or repeat content in a fault', () => {
  let acceptedCount = 0;
  for (const input of fuzzInputs(22, corpus, 8_000, 'RTCP')) {
    const report = readRtcp(input);
    if (!report.ok) {
      assert.match(report.fault.detail, /^(bytes|no packet|packet \d{1,2})$/);
      continue;
    }
    acceptedCount += 1;
    assert.ok(report.value.senderReports.length <= rtpLimits.rtcpPacketsMax);
    assert.ok(report.value.leavingSsrcs.length <= rtpLimits.rtcpPacketsMax * 31);
  }
  assert.ok(acceptedCount > 100, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('no damaged redundancy has blocks that lie outside of the payload, overlap, or leave bytes over', () => {
  const payload = Uint8Array.of(0x80, 0x05, 0x00, 4, 0x80, 0x02, 0x80, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  let readCount = 0;
  for (const input of fuzzInputs(23, [payload], 8_000, 'redundancy')) {
    const offset = input.length % 3;
    const blocks = readRedBlocks(input, offset, input.length - offset);
    if (blocks === undefined) continue;
    readCount += 1;
    assert.ok(blocks.length <= rtpLimits.redBlocksMax);
    for (const [place, { offset: at, bytes }] of blocks.entries()) {
      assert.equal(at + bytes, blocks[place + 1]?.offset ?? input.length);
    }
    for (const block of blocks.slice(0, -1)) blankRedBlock(input, block);
    assert.deepEqual(
      readRedBlocks(input, offset, input.length - offset)?.map(({ bytes }) => bytes),
      blocks.map(({ bytes }) => bytes),
    );
  }
  assert.ok(readCount > 500, `only ${readCount} inputs were read: the payload is no longer understood`);
});
