/** What doors work with. */
import type { ControlContext } from '../control/index.ts';
import type { MediaLinks } from './media-links.ts';
import type { PlaybackPort, TokenChecker } from './ports.ts';

export interface HttpContext {
  readonly control: ControlContext;
  readonly tokens: TokenChecker;
  readonly playback: PlaybackPort;
  readonly links: MediaLinks;
  readonly notReadyBecause: () => readonly string[];
}
