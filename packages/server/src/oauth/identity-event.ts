/** What happens to identity, as the audit log wants to know it. */
import type { ClientId, Instant, UserId } from '@tacet/domain';

export interface IdentityEvent {
  readonly action: 'clientCreated' | 'clientChanged' | 'userCreated' | 'tokenIssued' | 'tokenRevoked';
  /** `refused` comes with `tokenIssued` only: a token was asked for and not given. */
  readonly result: 'done' | 'refused';
  readonly at: Instant;
  /** The client it is about; absent when the request named one that does not exist. */
  readonly clientId?: ClientId;
  /** The user it is about. */
  readonly userId?: UserId;
  /** Display name of that client or user; empty when unknown. */
  readonly name: string;
  /** Remote address of the request; empty for what is done on the server itself. */
  readonly from: string;
  /** Never a secret or a token. */
  readonly facts: { readonly [name: string]: string | number };
}

/** Takes an event; it must not throw. */
export type OnIdentityEvent = (event: IdentityEvent) => void;
