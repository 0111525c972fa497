/** The outside identity provider (OpenID Connect), for users who sign in there. */
import { type Clock, type Instant, instant } from '@tacet/domain';
import * as openid from 'openid-client';
import { signInLimits } from './sign-in-limits.ts';
import type { OutsideSettings } from './sign-in-settings.ts';

/** What ties the provider's answer to our question; kept by us, never shown to the browser but for the state. */
export interface OutsideQuestion {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom the provider let in. */
export interface OutsideUser {
  readonly issuer: string;
  readonly subject: string;
  /** Only where the provider says that it belongs to the user. */
  readonly verifiedEmail?: string;
}

export interface OutsideProvider {
  readonly name: string;
  /**
   * Where the browser is to go, and what to keep until it comes back.
   * @throws when the provider cannot be reached
   */
  ask(hint: { readonly email: string; readonly isFresh: boolean }): Promise<{
    readonly question: OutsideQuestion;
    readonly url: string;
  }>;
  /**
   * Redeems the code that the browser brought.
   * @throws when anything about the answer is wrong, or the provider cannot be reached
   */
  redeem(search: string, question: OutsideQuestion): Promise<OutsideUser>;
}

/** Where the provider's endpoints are: asked when it is first needed, and again now and then. */
class Discovery {
  readonly #settings: OutsideSettings;
  readonly #clock: Pick<Clock, 'now'>;
  #known: { readonly config: openid.Configuration; readonly at: Instant } | undefined;
  #asking: Promise<openid.Configuration> | undefined;
  #failedAt = instant(0);

  constructor(settings: OutsideSettings, clock: Pick<Clock, 'now'>) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async config(): Promise<openid.Configuration> {
    const known = this.#known;
    const now = this.#clock.now();
    if (known !== undefined && now - known.at < signInLimits.outsideDiscoveryMs) return known.config;
    const isWorthAsking = now - this.#failedAt >= signInLimits.outsideRetryMs;
    if (known !== undefined && !isWorthAsking) return known.config;
    try {
      this.#asking ??= this.#ask();
      return await this.#asking;
    } catch (error) {
      this.#failedAt = now;
      // What was true an hour ago is a better guess than none.
      if (known !== undefined) return known.config;
      throw error;
    } finally {
      this.#asking = undefined;
    }
  }

  async #ask(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret);
    const config = await openid.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: signInLimits.outsideRequestSeconds,
      // Settings let http through for this machine only.
      execute: issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
    });
    config.timeout = signInLimits.outsideRequestSeconds;
    // Signatures of identity tokens are checked although they come from the provider itself.
    openid.enableNonRepudiationChecks(config);
    this.#known = { config, at: this.#clock.now() };
    return config;
  }
}

export function makeOutsideProvider(
  settings: OutsideSettings,
  redirectUri: string,
  clock: Pick<Clock, 'now'>,
): OutsideProvider {
  const discovery = new Discovery(settings, clock);
  return {
    name: settings.name,
    ask: async ({ email, isFresh }) => {
      const config = await discovery.config();
      const question = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: question.state,
        nonce: question.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(question.codeVerifier),
        code_challenge_method: 'S256',
        ...(email === '' ? {} : { login_hint: email }),
        ...(isFresh ? { prompt: 'login' } : {}),
      });
      return { question, url: url.href };
    },
    redeem: async (search, { state, nonce, codeVerifier }) => {
      const config = await discovery.config();
      // Rule: An answer of the outside provider counts only with the state, nonce and verifier of our question.
      const tokens = await openid.authorizationCodeGrant(config, new URL(`${redirectUri}${search}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      return outsideUser(config, tokens);
    },
  };
}

type Claims = { readonly [name: string]: unknown };

async function outsideUser(
  config: openid.Configuration,
  tokens: Awaited<ReturnType<typeof openid.authorizationCodeGrant>>,
): Promise<OutsideUser> {
  const claims = tokens.claims();
  if (claims === undefined) throw new TypeError('an identity token was expected');
  const { iss: issuer, sub: subject } = claims;
  const hasUserInfo = config.serverMetadata().userinfo_endpoint !== undefined;
  // Some providers put the e-mail address where it belongs to the scope only (OpenID Connect Core §5.4).
  const more: Claims =
    claims['email'] === undefined && hasUserInfo
      ? await openid.fetchUserInfo(config, tokens.access_token, subject)
      : claims;
  const { email, email_verified: isVerified } = more;
  // Some write the word (AWS Cognito).
  const verifiedEmail = typeof email === 'string' && (isVerified === true || isVerified === 'true') ? email : undefined;
  return { issuer, subject, ...(verifiedEmail === undefined ? {} : { verifiedEmail }) };
}
