/** The SMTP listener (RFC 5321): a journal or BCC recipient, which delivers to nobody and relays nothing. */
import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Actor } from '@tacet/domain';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerAuthentication,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { mailLimits } from '../mail/mail-limits.ts';
import { smtpLimits } from './limits.ts';
import { type Bringer, type IntakeGround, MailIntake } from './mail-intake.ts';
import { SmtpRefusal } from './refusal.ts';

export interface SmtpCredentials {
  readonly certificate: string;
  readonly key: string;
}

export interface SmtpGround extends IntakeGround {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: (SmtpCredentials & { readonly kind: 'starttls' | 'implicit' }) | undefined;
  /** Who signs in with AUTH; nothing where they may not. */
  readonly signIn: (id: string, secret: string, from: string) => Promise<Actor | undefined>;
  /** As whom programs of this machine bring mail that do not sign in. */
  readonly local: Actor;
}

type Done = (error?: Error | null) => void;

function isLocal({ remoteAddress }: SMTPServerSession): boolean {
  return remoteAddress === '::1' || /^(::ffff:)?127\./.test(remoteAddress);
}

/** What a failed answer says: nothing of what went wrong inside. */
function asRefusal(error: unknown): SmtpRefusal {
  return error instanceof SmtpRefusal ? error : new SmtpRefusal(451, 'cannot be kept at the moment');
}

export class MailServer {
  readonly #ground: SmtpGround;
  readonly #intake: MailIntake;
  readonly #server: SMTPServer;
  #listening: Server | undefined;

  constructor(ground: SmtpGround) {
    this.#ground = ground;
    this.#intake = new MailIntake(ground);
    this.#server = new SMTPServer(this.#options());
    // Broken connections are their owners' business; what they carried was answered with nothing and comes again.
    this.#server.on('error', () => undefined);
  }

  get counts(): MailIntake['counts'] {
    return this.#intake.counts;
  }

  get port(): number {
    const address = this.#listening?.address();
    return typeof address === 'object' && address !== null ? address.port : this.#ground.listen.port;
  }

  async start(): Promise<void> {
    const { host, port } = this.#ground.listen;
    this.#listening = this.#server.listen(port, host);
    await once(this.#listening, 'listening');
  }

  renewTls({ certificate, key }: SmtpCredentials): void {
    this.#server.updateSecureContext({ cert: certificate, key });
  }

  /** Mails that are being recorded are answered before. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #options(): SMTPServerOptions {
    const { tls } = this.#ground;
    return {
      name: 'tacet',
      banner: 'Tacet',
      logger: false,
      secure: tls?.kind === 'implicit',
      ...(tls === undefined ? {} : { cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' as const }),
      // Rule: a password is taken over TLS alone, and a wrong one is refused
      allowInsecureAuth: false,
      authMethods: ['PLAIN', 'LOGIN'],
      // Who has to sign in is decided for each mail: programs of this machine need not.
      authOptional: true,
      disabledCommands: tls === undefined ? ['AUTH', 'STARTTLS'] : [],
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      size: mailLimits.bytesMax,
      maxClients: smtpLimits.connectionsMax,
      maxRecipients: smtpLimits.recipientsMax,
      maxCommandLength: smtpLimits.commandBytesMax,
      socketTimeout: smtpLimits.idleMsMax,
      closeTimeout: smtpLimits.stopMsMax,
      onAuth: (auth, from, done) => void this.#signIn(auth, from, done),
      onMailFrom: (_, from, done) => this.#mailFrom(from, done),
      onRcptTo: (address, _, done) => this.#rcptTo(address, done),
      onData: (stream, from, done) => void this.#data(stream, from, done),
    };
  }

  async #signIn(
    { username = '', password }: SMTPServerAuthentication,
    { remoteAddress }: SMTPServerSession,
    done: (error: Error | null, response?: { readonly user: Actor }) => void,
  ): Promise<void> {
    try {
      const actor = await this.#ground.signIn(username, password ?? '', remoteAddress);
      if (actor === undefined) done(new SmtpRefusal(535, 'authentication failed'));
      else done(null, { user: actor });
    } catch {
      done(new SmtpRefusal(454, 'temporary authentication failure'));
    }
  }

  #mailFrom(from: SMTPServerSession, done: Done): void {
    // Rule: mail is taken from other machines only with TLS and AUTH
    if (this.#actorOf(from) === undefined) done(new SmtpRefusal(530, 'authentication required'));
    else done();
  }

  #rcptTo({ address }: SMTPServerAddress, done: Done): void {
    // Rule: mail is taken for the configured recipients alone
    if (this.#ground.addresses.has(address)) done();
    else done(new SmtpRefusal(550, 'no such recipient'));
  }

  #actorOf(from: SMTPServerSession): Actor | undefined {
    return (from.user as Actor | undefined) ?? (isLocal(from) ? this.#ground.local : undefined);
  }

  /** Ends a connection in the middle of a mail: what else it sends must not be read as commands. */
  #cut(from: SMTPServerSession): void {
    for (const connection of this.#server.connections) if (connection.session === from) connection.close();
  }

  async #data(stream: SMTPServerDataStream, from: SMTPServerSession, done: Done): Promise<void> {
    const actor = this.#actorOf(from);
    const late = setTimeout(() => this.#cut(from), smtpLimits.mailMsMax);
    try {
      if (actor === undefined) throw new SmtpRefusal(530, 'authentication required');
      const { mailFrom } = from.envelope;
      const sender = mailFrom === false ? '' : mailFrom.address;
      const bringer: Bringer = { actor, from: from.remoteAddress, sender };
      await this.#intake.take(stream, bringer);
      done();
    } catch (error) {
      done(asRefusal(error));
    } finally {
      clearTimeout(late);
    }
  }
}
