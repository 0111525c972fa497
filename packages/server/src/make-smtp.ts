/** The SMTP edge, built from settings and the files that they name; none without an address to listen on. */
import { type Actor, type ClientId, Fault } from '@tacet/domain';
import { SettingError, type SmtpConfig } from './config.ts';
import type { IdentityParts } from './identity-parts.ts';
import { SecretCheck } from './oauth/secret-check.ts';
import type { Core } from './server-core.ts';
import { readCertificates, watchCertificates } from './sip-certificates.ts';
import { certificateCheckMs, IdleConversations, MailAddresses, MailServer, type SmtpGround } from './smtp/index.ts';

const hourMs = 3_600_000;

/** Programs of this machine, and the system itself when it ends what is idle. */
const local: Actor = {
  clientId: 'smtp' as ClientId,
  name: 'SMTP on this machine',
  rights: [{ division: '*', permissions: new Set(['tacet:conversation:add']) }],
};

/** Mail servers sign in as OAuth clients, with what these may; slowed down by failures like anybody else. */
function signInWith({ identity, onEvent }: IdentityParts, { control }: Core): SmtpGround['signIn'] {
  const secrets = new SecretCheck(control.clock);
  return async (id, secret, from) => {
    const client = identity.client(id as ClientId);
    if (secrets.addressWaitMs(from) > 0) return undefined;
    if (client === undefined) {
      secrets.namedUnknownClient(from);
      return undefined;
    }
    const verdict = await secrets.check(client, secret, from);
    if (verdict.is === 'right' && client.state === 'active' && client.kind === 'CLIENT-CREDENTIALS') {
      return { clientId: client.id, name: client.name, rights: identity.rightsOf(client.id) };
    }
    const about = { clientId: client.id, name: client.name, from, door: 'SMTP AUTH' };
    const facts = { reason: verdict.is === 'right' ? 'client is disabled' : 'authentication failed' };
    onEvent({ action: 'tokenIssued', result: 'refused', at: control.clock.now(), ...about, facts });
    return undefined;
  };
}

/** @throws Fault stopping with a sentence when the files cannot be used. */
function tlsOf({ tls }: SmtpConfig): SmtpGround['tls'] {
  if (tls === undefined) return undefined;
  try {
    return { ...readCertificates(tls.files), kind: tls.kind };
  } catch (error) {
    if (error instanceof SettingError) throw new Fault('stopping', { reason: error.message }, error);
    throw error;
  }
}

function watchTls({ control, log }: Core, { tls }: SmtpConfig, server: MailServer): () => void {
  if (tls === undefined) return () => undefined;
  const { stop } = watchCertificates(tls.files, {
    clock: control.clock,
    everyMs: certificateCheckMs,
    onChange: (credentials) => {
      server.renewTls(credentials);
      log.info('certificatesRenewed');
    },
    onTrouble: (reason) => control.raise({ what: 'certificatesUnusable', facts: { reason } }),
  });
  return stop;
}

/** @returns where mail is taken; nothing where none is. */
export async function openSmtp(
  core: Core,
  identity: IdentityParts,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  const { config, control: context, log } = core;
  const { smtp } = config;
  if (smtp === undefined) return undefined;
  const idle = new IdleConversations({ context, idleMs: smtp.idleHours * hourMs, local });
  const server = new MailServer({
    ...{ context, log, listen: smtp.listen, tls: tlsOf(smtp), local },
    addresses: new MailAddresses(smtp.addresses),
    signIn: signInWith(identity, core),
    onMail: (id) => idle.heard(id),
  });
  stack.defer(() => server.stop());
  await server.start();
  stack.defer(watchTls(core, smtp, server));
  if (smtp.idleHours > 0) idle.start();
  stack.defer(() => idle.stop());
  return `${smtp.listen.host}:${server.port}`;
}
