/** Every format is judged by what another program hears in it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import type { PlaybackPlan } from '../../src/control/index.ts';
import { type GapStyle, type MediaFormat, mediaFormats } from '../../src/http/ports.ts';
import { findFfmpeg } from '../../src/playback/find-ffmpeg.ts';
import { PlaybackHost } from '../../src/playback/playback-host.ts';
import { made } from './made.ts';
import { dataFolder, storeCall } from './stored-recording.ts';
import { codecOf, decoded, durationMs, loudest, loudSpans, type Span, toneVoice } from './tones.ts';

const lengthMs = 8_000;
const pause = { fromMs: 3_000, toMs: 5_000 };
/** Both speak into the pause and out of it again. */
const customer: readonly Span[] = [
  [1_000, 1_500],
  [2_500, 5_500],
  [7_000, 7_300],
];
const agent: readonly Span[] = [[2_000, 2_400]];
const voices = [toneVoice(1_000, customer), toneVoice(600, agent)];

/** What may be heard of the customer when the pause is `gapMs` long. */
function heard(gapMs: number): readonly Span[] {
  return [
    [1_000, 1_500],
    [2_500, 3_000],
    [3_000 + gapMs, 3_500 + gapMs],
    [5_000 + gapMs, 5_300 + gapMs],
  ];
}

const formats: { readonly [format in MediaFormat]: { readonly contentType: string; readonly codec: string } } = {
  WAV: { contentType: 'audio/wav', codec: 'pcm_s16le wav' },
  WAV_ULAW: { contentType: 'audio/wav', codec: 'pcm_mulaw wav' },
  WEBM: { contentType: 'audio/webm', codec: '"matroska,webm" opus' },
  OGG_OPUS: { contentType: 'audio/ogg', codec: 'ogg opus' },
  OGG_VORBIS: { contentType: 'audio/ogg', codec: 'ogg vorbis' },
  MP3: { contentType: 'audio/mpeg', codec: 'mp3 mp3' },
};

/** Half a packet: codecs smear edges a little. */
const edgeMs = 10;

function assertSpans(found: readonly Span[], expected: readonly Span[], what: string): void {
  assert.equal(found.length, expected.length, `${what}: ${JSON.stringify(found)}`);
  for (const [place, [from, to]] of expected.entries()) {
    const [foundFrom = 0, foundTo = 0] = found[place] ?? [];
    const isThere = Math.abs(foundFrom - from) <= edgeMs && Math.abs(foundTo - to) <= edgeMs;
    assert.ok(isThere, `${what}: ${foundFrom} to ${foundTo} instead of ${from} to ${to}`);
  }
}

const folder = dataFolder();
let host: PlaybackHost;
let plan: PlaybackPlan;

async function newHost(): Promise<PlaybackHost> {
  const ffmpeg = await findFfmpeg('ffmpeg');
  assert.ok(ffmpeg !== undefined, 'the tests need ffmpeg');
  return new PlaybackHost({ dataDir: folder.dataDir, clock: new ManualClock(), ffmpeg });
}

before(async () => {
  host = await newHost();
  plan = await storeCall(folder.dataDir, { voices, lengthMs, pause });
});
after(async () => {
  await host[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

for (const format of mediaFormats) {
  test(`${format}: tones are where they were, and nothing where it was paused`, async () => {
    const { bytes, contentType } = await made(host, plan, { format, gap: 'silence' });
    assert.equal(contentType, formats[format].contentType);
    assert.equal(codecOf(bytes), formats[format].codec);
    const [left = new Int16Array(), right = new Int16Array(), ...others] = decoded(bytes);
    assert.deepEqual(others, []);
    assert.ok(Math.abs(left.length / 8 - lengthMs) <= 1, `${left.length / 8} ms`);
    assertSpans(loudSpans(left, 1_500), heard(2_000), 'customer');
    assertSpans(loudSpans(right, 1_500), agent, 'agent');
    assert.ok(loudest(left, [3_050, 4_950]) < 100, 'the pause is silent');
    assert.ok(loudest(right, [2_450, 7_900]) < 100, 'no side is heard on the other');
    assert.ok(loudest(left, [1_550, 2_450]) < 100);
  });

  test(`${format}: what is cut out moves up what follows, and a tone fills what was paused`, async () => {
    const soundOf = async (gap: GapStyle): Promise<readonly Int16Array[]> =>
      decoded((await made(host, plan, { format, gap })).bytes);
    const [cut = new Int16Array()] = await soundOf('cut');
    assert.ok(Math.abs(cut.length / 8 - (lengthMs - 2_000)) <= 1, `${cut.length / 8} ms`);
    assertSpans(
      loudSpans(cut, 1_500),
      [
        [1_000, 1_500],
        [2_500, 3_500],
        [5_000, 5_300],
      ],
      'cut',
    );
    for (const side of await soundOf('tone')) {
      assert.ok(Math.abs(side.length / 8 - lengthMs) <= 1);
      for (const span of [
        [3_100, 3_900],
        [4_100, 4_900],
      ] as const) {
        const loudness = loudest(side, span);
        assert.ok(loudness > 500 && loudness < 1_000, `a soft tone, and not ${loudness}`);
      }
    }
  });
}

test('compressed files say at their head how long they are, but for what their codec adds', async () => {
  for (const [format, addedMs] of [
    ['WEBM', 1],
    ['OGG_OPUS', 10],
    ['OGG_VORBIS', 1],
    ['MP3', 250],
  ] as const) {
    const { bytes } = await made(host, plan, { format, gap: 'silence' });
    const said = durationMs(bytes);
    assert.ok(said >= lengthMs - 1 && said <= lengthMs + addedMs, `${format}: ${said}`);
  }
});

test('one participant makes a mono file in every format', async () => {
  const mono = await storeCall(folder.dataDir, { voices: voices.slice(0, 1), lengthMs: 2_000, pause });
  for (const format of mediaFormats) {
    const { bytes } = await made(host, mono, { format, gap: 'silence' });
    const channels = decoded(bytes);
    assert.equal(channels.length, 1);
    assert.ok(Math.abs((channels[0]?.length ?? 0) / 8 - 2_000) <= 1, format);
    assertSpans(loudSpans(channels[0] ?? new Int16Array(), 1_500), [[1_000, 1_500]], format);
  }
});

test('of three participants compressed formats have the first left and the others right, and WAV has all', async () => {
  const three = [...voices, toneVoice(800, [[200, 700]])];
  const shared = await storeCall(folder.dataDir, { voices: three, lengthMs: 2_400, pause });
  for (const format of mediaFormats) {
    const { bytes } = await made(host, shared, { format, gap: 'silence' });
    const [left = new Int16Array(), right = new Int16Array(), ...others] = decoded(bytes);
    assert.equal(others.length, format.startsWith('WAV') ? 1 : 0, format);
    assertSpans(loudSpans(left, 1_500), [[1_000, 1_500]], format);
    const onRight: readonly Span[] = [
      [200, 700],
      [2_000, 2_400],
    ];
    assertSpans(loudSpans(right, 1_500), format.startsWith('WAV') ? agent : onRight, format);
  }
});

test('the same recording makes the same bytes again', async () => {
  await using other = await newHost();
  for (const format of mediaFormats) {
    const [first, second] = await Promise.all([host, other].map((one) => made(one, plan, { format, gap: 'silence' })));
    assert.ok(first?.bytes.equals(second?.bytes ?? Buffer.alloc(0)), format);
  }
});
