/** The use-cases' context, built from settings and ports. */
import type { Clock, KeyService, MediaHost, MetadataStore } from '@tacet/domain';
import type { Config } from './config.ts';
import {
  type Alarm,
  type ControlContext,
  LiveConversations,
  type Observer,
  RecordingSources,
  Restoring,
  withEvents,
} from './control/index.ts';
import type { Log } from './log.ts';
import type { IdentityStore } from './oauth/identity.ts';
import { userBySipAddress } from './oauth/sip-address.ts';
import { WatchedQueue, watchedMedia, watchedStore } from './observe/index.ts';
import { randomIds } from './random-ids.ts';

export interface ControlNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: MetadataStore;
  readonly media: MediaHost;
  readonly keys: KeyService;
  readonly identity: IdentityStore;
  readonly log: Log;
  readonly raise: (alarm: Alarm) => void;
  readonly observer: Observer;
}

export function makeControl(given: ControlNeeds): ControlContext {
  const { config, clock, store, media, keys, identity, log, raise, observer } = given;
  const live = new LiveConversations();
  return {
    clock,
    ids: randomIds,
    store: withEvents(watchedStore(store, observer), { clock, live }),
    media: watchedMedia(media, observer),
    keys,
    policy: {
      resumeGuardMs: config.resumeGuardMs,
      lingerMs: config.conversationLingerMs,
      purposeRules: config.purposeRules,
      suppressesOnHold: config.suppressRecordingOnHold,
      maskedText: config.maskText,
      pausesOnCard: config.autoPause,
      joinsCallbacksByNumber: config.callbacksByNumber,
    },
    homeDivision: identity.homeDivision().id,
    userBySipAddress: (address) => userBySipAddress(identity, address),
    findUser: (id) => {
      const user = identity.user(id);
      if (user === undefined || user.state === 'deleted') return undefined;
      const { name, sipAddresses, divisionId, version } = user;
      return { id, name, addresses: sipAddresses, divisionId, version };
    },
    hasDivision: (id) => identity.division(id) !== undefined,
    queue: new WatchedQueue(observer),
    live,
    sources: new RecordingSources(),
    restoring: new Restoring(clock),
    raise,
    observe: observer,
    report: (error) => log.error('failure', { message: error.message }),
  };
}
