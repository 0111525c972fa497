/** The notification edge, built from the stores and from what identity knows of tokens. */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, MetadataStore, Outbox } from '@tacet/domain';
import type { IdentityParts } from './identity-parts.ts';
import type { Log } from './log.ts';
import { Notifications } from './notify/index.ts';
import { tokenKey } from './oauth/token-store.ts';
import { ChannelTable } from './store/index.ts';

export interface NotificationNeeds {
  readonly db: DatabaseSync;
  readonly store: MetadataStore & Outbox;
  readonly identity: Pick<IdentityParts, 'tokens'>;
  readonly clock: Clock;
  readonly log: Log;
}

export async function startNotifications({
  db,
  store,
  identity,
  clock,
  log,
}: NotificationNeeds): Promise<Notifications> {
  const notifications = new Notifications({
    store,
    outbox: store,
    channels: new ChannelTable(db),
    holders: {
      keyOf: (bearer) => Buffer.from(tokenKey(bearer)).toString('hex'),
      holderOf: (key) => identity.tokens.heldBy(Buffer.from(key, 'hex'), clock.now()),
    },
    clock,
    report: (error) => log.error('failure', { message: error.message }),
  });
  await notifications.start();
  return notifications;
}
