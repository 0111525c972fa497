/** Secrets of clients, replaced while the programs that use them go on. */
import { after, type ClientId, Fault } from '@tacet/domain';
import { type ClientWithSecret, ownClient, summaryOf } from './client-values.ts';
import type { OauthClient } from './identity.ts';
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import { hashSecret, makeSecret } from './secret-hash.ts';

/** @param overlapSeconds how long the secret of now still counts, if not for the usual time; 0 also ends its tokens. */
export async function rotateSecret(
  context: IdentityContext,
  by: Changer,
  id: ClientId,
  overlapSeconds: number = context.secretOverlapSeconds,
): Promise<ClientWithSecret> {
  ownClient(context, by, id, 'oauth:client:edit');
  const secret = makeSecret();
  const hash = await hashSecret(secret);
  const replaced = context.change((note) => {
    const { identity, clock, tokens } = context;
    const { previousSecret: _older, secretHash: old, ...rest } = ownClient(context, by, id, 'oauth:client:edit');
    if (rest.kind === 'TOKEN') {
      throw new Fault('constraintBroken', { field: 'authorizedGrantType', problem: 'TOKEN has no secret' });
    }
    const now = clock.now();
    const isKept = old !== undefined && overlapSeconds > 0;
    const previousSecret = isKept ? { hash: old, until: after(now, overlapSeconds * 1_000) } : undefined;
    const client: OauthClient = {
      ...rest,
      secretHash: hash,
      ...(previousSecret && { previousSecret }),
      modifiedAt: now,
    };
    identity.putClients([client]);
    // Rule: a secret that is replaced without overlap ends the tokens of its client
    const count = isKept ? 0 : tokens.removeAllOf({ clientId: id });
    const facts = { change: 'secretRotated', overlapSeconds, tokensRevokedCount: count };
    note(eventBy(context, by, { action: 'clientChanged', clientId: id, name: client.name, facts }));
    return { client: summaryOf(client), secret };
  });
  if (replaced.client.origin === 'admin') await context.forgetAdminFile?.();
  return replaced;
}
