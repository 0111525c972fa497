/** Servers that take what people write and drop it, by the same libraries: what is left when nothing is kept. A process of its own. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import type { Readable } from 'node:stream';
import { WebSocketServer } from 'ws';

export interface BarePorts {
  readonly http: number;
  readonly smtp: number;
  readonly webSocket: number;
}

interface BareSmtp {
  listen(port: number, host: string): Server;
}

type MakeSmtp = new (options: {
  readonly disabledCommands: readonly string[];
  readonly disableReverseLookup: boolean;
  readonly onData: (stream: Readable, from: unknown, done: () => void) => void;
}) => BareSmtp;

/** The library is the server's, and not ours. */
const { SMTPServer } = createRequire(new URL('../../packages/server/package.json', import.meta.url))('smtp-server') as {
  readonly SMTPServer: MakeSmtp;
};

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

const http = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(202, { 'content-type': 'application/json' }).end('{}'));
}).listen(0, '127.0.0.1');

const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData: (stream, _, done) => void stream.resume().on('end', () => done()),
}).listen(0, '127.0.0.1');

const webSocket = new WebSocketServer({ port: 0, host: '127.0.0.1' });
webSocket.on('connection', (socket) => socket.on('message', () => undefined));

setTimeout(() => {
  process.send?.({ http: portOf(http), smtp: portOf(smtp), webSocket: portOf(webSocket) } satisfies BarePorts);
}, 500);
process.on('disconnect', () => process.exit(0));
