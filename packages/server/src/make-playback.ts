/** Playback with the encoder that this machine has, built from settings. */
import type { Clock } from '@tacet/domain';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { findFfmpeg } from './playback/find-ffmpeg.ts';
import { PlaybackHost } from './playback/playback-host.ts';

export interface PlaybackNeeds {
  readonly config: Pick<Config, 'dataDir' | 'ffmpeg'>;
  readonly clock: Clock;
  readonly log: Log;
}

export async function makePlayback({ config, clock, log }: PlaybackNeeds): Promise<PlaybackHost> {
  const program = config.ffmpeg;
  const ffmpeg = program === undefined ? undefined : await findFfmpeg(program);
  // Recording goes on without it, so a missing one is no reason not to start.
  if (program !== undefined && ffmpeg === undefined) log.warn('no ffmpeg: recordings can be had as WAV alone');
  const onTrouble = (message: string): void => log.error('playback', { message });
  const playback = new PlaybackHost({
    dataDir: config.dataDir,
    clock,
    onTrouble,
    ...(ffmpeg === undefined ? {} : { ffmpeg }),
  });
  log.info('playback', { formats: playback.formats.join(' ') });
  return playback;
}
