/** A tunnel of Debian's socat: what is said to it over TCP goes on over TLS, for programs that speak none. */
import { type ChildProcess, spawn } from 'node:child_process';
import { freePorts } from './free-ports.ts';
import { end, environment, listen } from './programs.ts';
import { until } from './until.ts';

export interface TunnelOptions {
  readonly to: { readonly host: string; readonly port: number };
  /** A name in the certificate of the other end. */
  readonly peerName: string;
  /** File with the certificate of who vouches for the other end. */
  readonly authority: string;
  /** What it shows of itself; nothing when absent. */
  readonly own?: { readonly certificate: string; readonly key: string };
}

export class TlsTunnel implements AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.address = { host: '127.0.0.1', port };
    listen(child.stderr, (text) => {
      this.#said += text;
    });
  }

  static async open({ to, peerName, authority, own }: TunnelOptions): Promise<TlsTunnel> {
    const port = await freePorts(1);
    const shown = own === undefined ? '' : `,cert=${own.certificate},key=${own.key}`;
    const far = `OPENSSL:${to.host}:${to.port},verify=1,cafile=${authority},commonname=${peerName}${shown}`;
    const near = `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`;
    const child = spawn('socat', ['-d', '-d', near, far], { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    const tunnel = new TlsTunnel(child, port);
    await until('socat to listen', () => {
      if (child.exitCode !== null) throw new Error(`socat ended:\n${tunnel.#said}`);
      return tunnel.#said.includes('listening on') || undefined;
    });
    return tunnel;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGTERM');
  }
}
