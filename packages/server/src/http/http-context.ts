/** What doors work with. */
import type { WordIndex } from '@tacet/domain';
import type { ControlContext } from '../control/index.ts';
import type { PublishingTokens } from '../publishing-tokens.ts';
import type { IdentityDesk } from './identity-port.ts';
import type { MediaLinks } from './media-links.ts';
import type { NotificationPort, PlaybackPort, TokenChecker } from './ports.ts';

export interface HttpContext {
  readonly control: ControlContext;
  readonly tokens: TokenChecker;
  readonly identity: IdentityDesk;
  readonly playback: PlaybackPort;
  readonly notifications: NotificationPort;
  readonly links: MediaLinks;
  readonly publishing: PublishingTokens;
  /** Absent where nothing is searched. */
  readonly search?: WordIndex;
  readonly notReadyBecause: () => readonly string[];
}
