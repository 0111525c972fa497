/** What oidc-provider is set up with. */
import type { Clock } from '@tacet/domain';
import type { TokenPruning } from './artifact-adapter.ts';
import type { ClientDoor } from './client-door.ts';
import type { IdentityStore } from './identity.ts';
import type { SignInSettings } from './sign-in/sign-in-settings.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { TokenStore } from './token-store.ts';

export interface SetupParts {
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly keys: SigningKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: SignInSettings;
  readonly door: ClientDoor;
  readonly pruning: TokenPruning;
  /** Whether tokens end when they are not used; then nothing that outlives them is given. */
  readonly areTokensIdling: () => boolean;
}
