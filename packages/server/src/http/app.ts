/** The HTTP server: one port for the API and for OAuth, with limits and headers that hold for every answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { needs, type RequestId } from '@tacet/domain';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { requestIdOf, setBaseHeaders } from './base-headers.ts';
import type { Answer, Door } from './door.ts';
import { allDoors } from './doors.ts';
import { EdgeFault } from './edge-fault.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { MediaLinks } from './media-links.ts';
import type { HttpPorts } from './ports.ts';
import type { RawQuery } from './query.ts';
import { refuseBytes } from './refuse-bytes.ts';
import { sendAnswer } from './send-answer.ts';
import { answerFault, serveDoor } from './serve-door.ts';

export interface HttpApp {
  /** Every door it serves, for a description of the API. */
  readonly doors: readonly Door[];
  /**
   * @param at port 0 takes any that is free.
   * @returns the base URL: scheme, host and port.
   */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Takes no more requests, lets those under way end for a while, then cuts the rest off. */
  close(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function createServerFor(ports: HttpPorts, api: Listener): Server {
  const { oauth, control } = ports;
  const server = createServer({ connectionsCheckingInterval: httpLimits.slownessLookMs }, (request, response) => {
    setBaseHeaders(response, requestIdOf(request, control.ids));
    if (oauth?.handlesPath(request.url ?? '/') === true) oauth.handle(request, response);
    else api(request, response);
  });
  server.requestTimeout = httpLimits.requestMs;
  server.headersTimeout = httpLimits.headersMs;
  server.keepAliveTimeout = httpLimits.keepAliveMs;
  server.maxConnections = httpLimits.connectionsMax;
  return server;
}

/** SDKs that go through a gateway may put its API path in front (`path_params_api`), as `/login` stands before OAuth's. */
function withoutPrefix(url: string): string {
  return url.startsWith('/api/api/') ? url.slice('/api'.length) : url;
}

function addDoor(server: FastifyInstance, http: HttpContext, ports: HttpPorts, door: Door): void {
  server.route({
    method: door.method,
    url: door.path.replace(/\{(\w+)\}/g, ':$1'),
    // Served as early as this, since the framework would go on to judge the body of somebody who has no token.
    onRequest: async (request, reply) => {
      const answer = await serveDoor(http, door, {
        raw: request.raw,
        requestId: request.id as RequestId,
        path: request.params as { readonly [name: string]: string },
        url: request.url,
        query: request.query as RawQuery,
        headers: request.headers,
        publicUrl: ports.publicUrl ?? `http://${request.host}`,
        isGone: () => request.raw.socket.destroyed,
      });
      return send(reply, answer, http);
    },
    handler: () => needs(false, 'doors are served before their handlers'),
  });
}

async function send(reply: FastifyReply, answer: Answer, { control }: Pick<HttpContext, 'control'>): Promise<void> {
  // Nothing more is read from a body that is too large, and a server that stops takes no further request.
  if (answer.status === 413 || !reply.server.server.listening) reply.raw.setHeader('Connection', 'close');
  await sendAnswer(reply, answer, control.report);
}

function createRouter(ports: HttpPorts): FastifyInstance {
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    send(reply, answerFault(ports, error, request.id as RequestId), ports);
  const server = fastify({
    serverFactory: (api) => createServerFor(ports, api),
    genReqId: (request) => requestIdOf(request, ports.control.ids),
    rewriteUrl: ({ url = '/' }) => withoutPrefix(url),
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // An address that cannot be decoded, or a part of it that is too long, names nothing.
    frameworkErrors: (_error, request, reply) => refuse(new EdgeFault('routeUnknown'), request, reply),
    clientErrorHandler: (error, socket) => refuseBytes(ports.control.ids, error, socket),
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404) await refuse(new EdgeFault('routeUnknown'), request, reply);
  });
  server.setErrorHandler((error, request, reply) => refuse(error, request, reply));
  return server;
}

export function createHttpApp(ports: HttpPorts): HttpApp {
  const { control, tokens, playback, notReadyBecause } = ports;
  const http: HttpContext = { control, tokens, playback, notReadyBecause, links: new MediaLinks(control.clock) };
  const server = createRouter(ports);
  const doors = allDoors(http);
  for (const door of doors) addDoor(server, http, ports, door);
  return {
    doors,
    listen: async (at) => {
      await server.listen(at);
      const address = server.server.address();
      const { port } = typeof address === 'object' && address !== null ? address : at;
      return `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`;
    },
    close: async () => {
      const cut = setTimeout(() => server.server.closeAllConnections(), httpLimits.stopMs);
      await server.close().finally(() => clearTimeout(cut));
    },
  };
}
