/** Settings of the operator as the sign-in wants them. */
import type { Config } from './config.ts';
import type { SignInSettings } from './oauth/sign-in/sign-in-settings.ts';

const hourMs = 3_600_000;

export function signInSettings(config: Config): SignInSettings {
  const { publicUrl, oidcIssuer, oidcClientId, oidcClientSecret, oidcName } = config;
  const isOutsideOn = oidcIssuer !== undefined && oidcClientId !== undefined;
  return {
    isSecondFactorRequired: config.secondFactor === 'required',
    isPasswordOn: config.passwordSignIn,
    isImplicitOn: config.allowImplicit,
    signInMs: config.signInHours * hourMs,
    signInIdleMs: config.signInIdleHours * hourMs,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(isOutsideOn
      ? {
          outside: {
            issuer: oidcIssuer,
            clientId: oidcClientId,
            name: oidcName,
            ...(oidcClientSecret === undefined ? {} : { clientSecret: oidcClientSecret }),
          },
        }
      : {}),
  };
}
