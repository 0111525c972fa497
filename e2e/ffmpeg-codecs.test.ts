/** What ffmpeg encodes and sends, codec by codec: heard before and after a secure pause, and of the pause not a note. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { shareOf } from '@tacet/testkit/sound';
import { type CallCodec, callCodecs } from '../packages/server/src/demo/call-codecs.ts';
import { RecordingClient } from '../packages/server/src/demo/recording-client.ts';
import { type Sending, ToneSender } from './ffmpeg-codecs/tone-sender.ts';
import { Api, type ListedRecording } from './harness/api.ts';
import { conversationOf } from './harness/recorded-call.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';
import { whenNotBusy } from './harness/when-not-busy.ts';

/** What sounds before the pause, inside it alone, and from its end on; none of them is part of a key (ITU-T Q.23). */
const [soundBefore, soundInside, soundAfter] = [480, 1_050, 1_950] as const;
const partMs = 1_200;
/** What an encoder holds back or sets in front, beyond what was sent. */
const inEncoderMs = 100;
/** Sound stands where its sender's clock says, and the pause where the gate stood: a busy machine sends late. */
const edgeMs = 400;

type Encoder = Pick<Sending, 'rate' | 'coding' | 'packetBytes'>;

/** Those that Debian's ffmpeg has an encoder for: none for G.729, none for AMR. */
const codecs: readonly (readonly [CallCodec, Encoder])[] = [
  ['PCMU', { rate: 8_000, coding: ['-c:a', 'pcm_mulaw'], packetBytes: 172 }],
  ['PCMA', { rate: 8_000, coding: ['-c:a', 'pcm_alaw'], packetBytes: 172 }],
  ['G722', { rate: 16_000, coding: ['-c:a', 'g722'], packetBytes: 172 }],
  ['L16', { rate: 16_000, coding: ['-c:a', 'pcm_s16be'], packetBytes: 652 }],
  ['opus', { rate: 48_000, coding: ['-c:a', 'libopus', '-application', 'voip', '-b:a', '32k'] }],
];

const folder = new TempFolder();
let server: TacetServer;
let api: Api;
/** All at once, so that their times pass together. */
let conversations: ReadonlyMap<string, Promise<string>>;

before(async () => {
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log') });
  api = await Api.signIn(server.httpUrl, admin);
  conversations = new Map(codecs.map(([codec, sending]) => [codec, whenNotBusy(server, () => play(codec, sending))]));
  await Promise.allSettled(conversations.values());
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Plays a call of one stream. @returns its conversation. */
async function play(codec: CallCodec, sending: Encoder): Promise<string> {
  const communicationSessionId = `ffmpeg-${codec}`;
  await using source = new RecordingClient({ serverAddress: server.sip, transport: 'udp' });
  await source.invite({
    communicationSessionId,
    participants: [{ id: 'caller', address: 'sip:+4930555001@carrier.example' }],
    streams: [{ label: '1', from: ['caller'], port: 9, codec }],
  });
  const [target = assert.fail('no port')] = source.streams;
  const { payloadType, ticksPerPacket } = callCodecs[codec];
  const to = { payloadType, ticksPerMs: ticksPerPacket / 20, host: target.address, port: target.port };
  const sender = await ToneSender.start({ ...sending, ...to }, soundBefore);
  const conversationId = await conversationOf(api, { communicationSessionId });
  // ffmpeg takes its time: what counts is what it has sent.
  const sent = (ms: number) => until('ffmpeg to send', () => (sender.sentMs >= ms ? true : undefined), 60_000);
  await sent(partMs);
  await api.pause(conversationId);
  sender.sounding = soundInside;
  await wait(partMs);
  sender.sounding = soundAfter;
  await sent(sender.givenMs + inEncoderMs);
  await api.resume(conversationId);
  await sent(sender.sentMs + partMs);
  assert.equal(await sender.stop(), 0);
  await source.bye();
  return conversationId;
}

interface Heard {
  /** Middle of a stretch of 20 ms, in ms. */
  readonly at: number;
  /** What sounds there, in hertz; 0 for silence, nothing for something else. */
  readonly hertz: number | undefined;
}

async function listen(recording: ListedRecording): Promise<readonly Heard[]> {
  const { sampleRate, channels } = await api.sound(recording, 'silence');
  const [samples = assert.fail('no channel')] = channels;
  const size = sampleRate / 50;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, place): Heard => {
    const stretch = samples.subarray(place * size, (place + 1) * size);
    const energy = stretch.reduce((sum, sample) => sum + sample * sample, 0) / size;
    const known = [soundBefore, soundInside, soundAfter];
    const loudest = known.find((hertz) => shareOf(stretch, sampleRate, hertz) > 0.5);
    return { at: place * 20 + 10, hertz: energy < 400 ? 0 : loudest };
  });
}

for (const [codec] of codecs) {
  test(`${codec} that ffmpeg sends is heard around a secure pause, and nothing of what sounded inside it`, async () => {
    const conversationId = (await conversations.get(codec)) ?? assert.fail();
    const [recording = assert.fail('no recording')] = await api.recordings(conversationId);
    const [pause = assert.fail('no annotation')] = recording.annotations;
    const heard = await listen(recording);
    const countOf = (stretch: readonly Heard[], hertz: number): number =>
      stretch.filter((one) => one.hertz === hertz).length;
    const [pausedAt, resumedAt] = [pause.location, pause.location + pause.durationMs];
    const [first, last] = [heard.filter(({ at }) => at < pausedAt), heard.filter(({ at }) => at > resumedAt)];
    const inside = heard.filter(({ at }) => at > pausedAt + edgeMs && at < resumedAt - edgeMs);
    assert.equal(countOf(heard, soundInside), 0);
    assert.deepEqual([countOf(first, soundAfter), countOf(last, soundBefore)], [0, 0]);
    assert.ok(countOf(first, soundBefore) > partMs / 2 / 20, `before: ${countOf(first, soundBefore)}`);
    assert.ok(countOf(last, soundAfter) > partMs / 2 / 20, `after: ${countOf(last, soundAfter)}`);
    assert.ok(inside.length >= 15 && inside.every(({ hertz }) => hertz === 0));
    const { entities } = await api.get<{
      readonly entities: readonly { readonly kind: string; readonly unitCount: number }[];
    }>(`/tacet/v1/conversations/${conversationId}/recordings/${recording.id}/timeline`);
    // On a busy machine ffmpeg may send late and all at once: what a receive buffer had no room for is told.
    const told = entities.filter(({ kind }) => kind !== 'lost');
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['withheld'],
    );
    assert.ok((told[0]?.unitCount ?? 0) >= 20);
  });
}

test('the proof finds nothing wrong with what ffmpeg sent', async () => {
  const { code, stdout, stderr } = await verify(server.dataDir);
  assert.equal(code, 0, stdout + stderr);
});
