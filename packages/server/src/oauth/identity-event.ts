/** What happens to identity, as the audit log wants to know it. */
import type { Asked, ClientId, Instant, UserId } from '@tacet/domain';

export interface IdentityEvent {
  readonly action:
    | 'clientCreated'
    | 'clientChanged'
    | 'clientDeleted'
    | 'userCreated'
    | 'userChanged'
    | 'userDeleted'
    | 'roleChanged'
    | 'divisionChanged'
    | 'grantChanged'
    | 'idleTimeoutChanged'
    | 'signedIn'
    | 'signInRefused'
    | 'tokenIssued'
    | 'tokenRevoked';
  /** `refused` comes with `tokenIssued` and `signInRefused` only: something was asked for and not given. */
  readonly result: 'done' | 'refused';
  readonly at: Instant;
  /** The client it is about; absent when the request named one that does not exist. */
  readonly clientId?: ClientId;
  /** The user it is about. */
  readonly userId?: UserId;
  /** Display name of what it is about; empty when unknown. */
  readonly name: string;
  /** Remote address of the request; empty for what is done on the server itself. */
  readonly from: string;
  /** Who did it, and through which door; absent for the command line, and for whoever asks for a token of their own. */
  readonly by?: Asked;
  /** The door of those who ask for themselves, where it is not the token endpoint. */
  readonly door?: string;
  /** Never a secret or a token. */
  readonly facts: { readonly [name: string]: string | number | readonly string[] };
}

/** Takes an event; it must not throw. */
export type OnIdentityEvent = (event: IdentityEvent) => void;

/** Makes what `work` writes, and the audit entries of what it notes, durable together or not at all. */
export type ChangeIdentity = <T>(work: (note: OnIdentityEvent) => T) => T;
