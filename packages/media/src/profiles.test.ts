import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeRows } from '@tacet/domain';
import { mediaProfiles } from './profiles.ts';

test('each of the nine media types of the contract has one profile, under its own path', () => {
  assert.equal(mediaProfiles.length, 9);
  assert.deepEqual(
    mediaProfiles.map(({ type, apiPath }) => ({ type, apiPath })),
    mediaTypeRows.map(({ type, apiPath }) => ({ type, apiPath })),
  );
});

test('types whose units depend on earlier ones show a card while paused, the others silence or a line', () => {
  for (const { anchor, placeholder } of mediaProfiles) {
    assert.equal(anchor !== 'everyUnit', placeholder.endsWith('Card'));
  }
});

test('items become a transcript, and audio calls are rendered as audio', () => {
  for (const { sourceKind, renderer } of mediaProfiles) assert.equal(sourceKind === 'item', renderer === 'transcript');
  const audible = mediaProfiles.filter(({ renderer }) => renderer === 'audio').map(({ type }) => type);
  assert.deepEqual(audible, ['call', 'callback']);
});
