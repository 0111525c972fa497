import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asInactive,
  isAgainstRecording,
  parseDescription,
  recordPreferenceOf,
  type SessionDescription,
  withRecordState,
} from './index.ts';

function read(...lines: readonly string[]): SessionDescription {
  const result = parseDescription(new TextEncoder().encode(['v=0', 's=-', 't=0 0', ...lines].join('\r\n')));
  assert.ok(result.ok);
  return result.value;
}

function preferences(...lines: readonly string[]): unknown {
  const description = read(...lines);
  return description.media.map((media) => recordPreferenceOf(description, media));
}

test('the wish of a line counts before that of the whole description', () => {
  const lines = ['a=recordpref:pause', 'm=audio 1 RTP/AVP 0', 'm=audio 3 RTP/AVP 0', 'a=recordpref:ON'];
  assert.deepEqual(preferences(...lines), ['pause', 'on']);
});

test('a wish that nobody knows is none, and of several in one place one against recording counts', () => {
  const lines = [
    'm=audio 1 RTP/AVP 0',
    'a=recordpref:perhaps',
    'm=audio 3 RTP/AVP 0',
    'a=recordpref:on',
    'a=recordpref:off',
  ];
  assert.deepEqual(preferences(...lines), [undefined, 'off']);
  assert.deepEqual((['on', 'off', 'pause', 'nopreference', undefined] as const).map(isAgainstRecording), [
    false,
    true,
    true,
    false,
    false,
  ]);
});

test('a line says what becomes of its stream once, and has one direction when nothing is to be sent', () => {
  const [media] = read('m=audio 1 RTP/AVP 0', 'a=recvonly', 'a=label:1', 'a=record:on').media;
  assert.ok(media);
  assert.deepEqual(
    asInactive(withRecordState(media, 'paused')).attributes.map(({ name, value }) => `${name}:${value}`),
    ['label:1', 'record:paused', 'inactive:undefined'],
  );
});
