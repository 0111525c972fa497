import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeRows, mediaTypes } from './media-type.ts';

test('there are nine media types, each with one row, one path and one member of a participant', () => {
  assert.equal(mediaTypes.length, 9);
  assert.deepEqual(
    mediaTypeRows.map((row) => row.type),
    mediaTypes,
  );
  assert.equal(new Set(mediaTypeRows.map((row) => row.apiPath)).size, 9);
  assert.equal(new Set(mediaTypeRows.map((row) => row.participantKey)).size, 9);
});
