/** What the use-cases of identity work with, and who they work for. */
import { type Clock, Fault, type IdSource } from '@tacet/domain';
import type { Request } from '../control/authorise.ts';
import type { IdentityStore } from './identity.ts';
import type { ChangeIdentity, IdentityEvent } from './identity-event.ts';
import type { PasswordCheck } from './password-check.ts';
import type { TokenIdleness } from './token-idleness.ts';
import type { TokenStore } from './token-store.ts';

export interface IdentityContext {
  readonly identity: IdentityStore;
  readonly tokens: Pick<TokenStore, 'removeAllOf'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly change: ChangeIdentity;
  readonly passwords: Pick<PasswordCheck, 'hash' | 'check'>;
  readonly idleness: Pick<TokenIdleness, 'timeoutMinutes' | 'setTimeoutMinutes'>;
  /** How long the secret before a rotation still counts, unless the command says otherwise. */
  readonly secretOverlapSeconds: number;
  /** Forgets the secret of the admin client where an earlier start wrote it down. */
  readonly forgetAdminFile?: () => Promise<void>;
}

/** A request through the API, or somebody at the machine itself, who may do everything. */
export type Changer = Request | 'commandLine';

/** Something that was done, by whom and when. */
export function eventBy(
  { clock }: Pick<IdentityContext, 'clock'>,
  by: Changer,
  event: Pick<IdentityEvent, 'action' | 'clientId' | 'userId' | 'name' | 'facts'>,
): IdentityEvent {
  const who = by === 'commandLine' ? { from: '' } : { from: by.asked.from, by: by.asked };
  return { ...event, ...who, result: 'done', at: clock.now() };
}

/** @throws Fault rateExceeded when more passwords wait than anybody waits for. */
export async function hashed({ passwords }: IdentityContext, password: string): Promise<string> {
  const hash = await passwords.hash(password);
  if (hash === undefined) throw new Fault('rateExceeded', { seconds: 1 });
  return hash;
}
