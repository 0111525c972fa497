/** What can be encoded is found out by asking ffmpeg. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFfmpeg } from '../../src/playback/find-ffmpeg.ts';
import { transcodedFormats } from '../../src/playback/transcode-formats.ts';
import { fakeFfmpeg } from './fake-ffmpeg.ts';

test('the ffmpeg that the tests install makes every format', async () => {
  assert.deepEqual(await findFfmpeg('ffmpeg'), { program: 'ffmpeg', formats: transcodedFormats });
});

test('an ffmpeg makes the formats of its encoders, and a look-alike of an encoder is none', async () => {
  using fake = fakeFfmpeg(`cat <<'END'
Encoders:
 V..... = Video
 ------
 V..... libvorbis            a video encoder of that name
 A..X.. opus                 Opus
 A....D libmp3lame           libmp3lame MP3 (MPEG audio layer 3) (codec mp3)
END`);
  assert.deepEqual((await findFfmpeg(fake.ffmpeg.program))?.formats, ['MP3']);
});

test('what is not there, fails, or can encode nothing we offer is no ffmpeg', async () => {
  assert.equal(await findFfmpeg('/nowhere/ffmpeg'), undefined);
  for (const script of ['echo " A....D libmp3lame"; exit 1', 'echo nothing', 'echo " A....D pcm_mulaw"']) {
    using fake = fakeFfmpeg(script);
    assert.equal(await findFfmpeg(fake.ffmpeg.program), undefined);
  }
});

test('ffmpeg is told nothing of the environment but where programs are', async () => {
  process.env['TACET_FFMPEG_TEST'] = 'secret';
  try {
    using fake = fakeFfmpeg('[ -z "$TACET_FFMPEG_TEST" ] && [ -n "$PATH" ] && echo " A....D libmp3lame x"');
    assert.deepEqual((await findFfmpeg(fake.ffmpeg.program))?.formats, ['MP3']);
  } finally {
    delete process.env['TACET_FFMPEG_TEST'];
  }
});
