/** What an operator decides about signing in. */

export interface OutsideSettings {
  /** Issuer of the provider (OpenID Connect Discovery §3). */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** What the button calls it. */
  readonly name: string;
}

export interface SignInSettings {
  /** Whether everybody who signs in with a password needs a second factor. */
  readonly isSecondFactorRequired: boolean;
  /** Whether passwords are taken at all. */
  readonly isPasswordOn: boolean;
  /** Whether clients of kind TOKEN get tokens. */
  readonly isImplicitOn: boolean;
  /** How long a sign-in counts for other programs of the same browser. */
  readonly signInMs: number;
  /** How long it counts when nothing is signed in to. */
  readonly signInIdleMs: number;
  readonly outside?: OutsideSettings;
  /** Scheme, host and path under which browsers reach this server; needed for the outside provider. */
  readonly publicUrl?: string;
}

const hourMs = 3_600_000;

export const usualSignIn: SignInSettings = {
  isSecondFactorRequired: false,
  isPasswordOn: true,
  isImplicitOn: false,
  signInMs: 12 * hourMs,
  signInIdleMs: 8 * hourMs,
};
