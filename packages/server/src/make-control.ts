/** The use-cases' context, built from settings and ports. */
import type { Clock, MediaHost, MetadataStore } from '@tacet/domain';
import type { Config } from './config.ts';
import { type Alarm, type ControlContext, ConversationQueue, LiveConversations } from './control/index.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Log } from './log.ts';
import { userBySipAddress } from './oauth/sip-address.ts';
import { randomIds } from './random-ids.ts';

export interface ControlNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: MetadataStore;
  readonly media: MediaHost;
  readonly identity: IdentityParts;
  readonly log: Log;
  readonly raise: (alarm: Alarm) => void;
}

export function makeControl(given: ControlNeeds): ControlContext {
  const { config, clock, store, media, identity, log, raise } = given;
  return {
    clock,
    ids: randomIds,
    store,
    media,
    policy: {
      resumeGuardMs: config.resumeGuardMs,
      lingerMs: config.conversationLingerMs,
      purposeRules: config.purposeRules,
    },
    homeDivision: identity.identity.homeDivision().id,
    userBySipAddress: (address) => userBySipAddress(identity.identity, address),
    queue: new ConversationQueue(),
    live: new LiveConversations(),
    raise,
    report: (error) => log.error('failure', { message: error.message }),
  };
}
