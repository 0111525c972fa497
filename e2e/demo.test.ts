/** What somebody sees and hears who tries Tacet for the first time. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { shareOf } from '@tacet/testkit/sound';
import { readWav, type WavSound } from '@tacet/wire/container';
import { type Ended, run, tacetCommand } from './harness/programs.ts';
import { TempFolder } from './harness/temp-folder.ts';

const samplesPerMs = 8;
/**
 * Sound stands where its sender's clock says, and the pause where the gate stood: on a machine that makes the sender late
 * they are so far apart.
 */
const edgeMs = 250;

const folder = new TempFolder();
let demo: Ended;

before(async () => {
  demo = await run(tacetCommand, ['demo'], {
    settings: { TMPDIR: folder.path, HOME: folder.path },
    deadlineMs: 60_000,
  });
});

after(() => folder[Symbol.asyncDispose]());

function soundOf(stdout: string): WavSound {
  const path = /^Listen: (\S+\.wav) /m.exec(stdout)?.[1] ?? assert.fail(stdout);
  assert.ok(path.startsWith(folder.path));
  const wav = readWav(readFileSync(path));
  return wav.ok ? wav.value : assert.fail(wav.fault.code);
}

/** Start and length of the pause as the demo tells them, in ms. */
function pauseOf(stdout: string): { readonly from: number; readonly to: number } {
  const match = /annotation SecurePause: at ([\d.]+) s, for ([\d.]+) s/.exec(stdout) ?? assert.fail(stdout);
  const [from, length] = [Number(match[1]) * 1_000, Number(match[2]) * 1_000];
  return { from, to: from + length };
}

function part(samples: Int16Array | undefined, from: number, to: number): Int16Array {
  return samples?.subarray(Math.ceil(from * samplesPerMs), Math.floor(to * samplesPerMs)) ?? assert.fail('no channel');
}

test('the demo succeeds and tells its story in order', () => {
  assert.equal(demo.code, 0, demo.stdout + demo.stderr);
  const story = [
    'server up',
    'SIPREC INVITE answered',
    'is being recorded',
    'asked for PAUSED: "PAUSED"',
    'keys in a card number',
    'asked for ACTIVE: "ACTIVE"',
    'hung up',
    'annotation SecurePause',
    'server stopped',
    'Proved: 1 conversations',
    'Listen: ',
  ];
  const places = story.map((line) => demo.stdout.indexOf(line));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
    demo.stdout,
  );
  assert.ok(
    places.every((place) => place >= 0),
    demo.stdout,
  );
  const seconds = [...demo.stdout.matchAll(/^ *([\d.]+) s {2}/gm)].map((match) => Number(match[1]));
  assert.deepEqual(
    seconds,
    [...seconds].sort((a, b) => a - b),
  );
});

test('the demo leaves two channels, silent where its annotation says and nowhere else for long', () => {
  const { channels } = soundOf(demo.stdout);
  const { from, to } = pauseOf(demo.stdout);
  assert.equal(channels.length, 2);
  for (const samples of channels) {
    assert.ok(part(samples, from + edgeMs, to - edgeMs).every((sample) => sample === 0));
    // Both talk in steps of 200 ms, and every seventh is a breath.
    for (const [start, end] of [
      [500, from - edgeMs],
      [to + edgeMs, to + 2_000],
    ] as const) {
      const loud = part(samples, start, end).filter((sample) => sample !== 0).length;
      assert.ok(loud > 0.5 * samplesPerMs * (end - start));
    }
  }
});

test('the card number that is keyed in during the demo is not in what it leaves', () => {
  const { channels } = soundOf(demo.stdout);
  const [customer = assert.fail()] = channels;
  const { from, to } = pauseOf(demo.stdout);
  const spoken = [part(customer, 0, from), part(customer, to, customer.length / samplesPerMs)];
  for (const samples of spoken) {
    // The tones of the digits 1 and 4 (ITU-T Q.23).
    for (const hz of [697, 770, 1_209]) assert.ok(shareOf(samples, 8_000, hz) < 0.01, `${hz} Hz`);
  }
});
