/** The HTTP app: every door behind one router, and an answer for what has none. */
import type { IncomingMessage } from 'node:http';
import { needs, type RequestId } from '@tacet/domain';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { PublishingTokens } from '../publishing-tokens.ts';
import { callerUrl } from '../remote-address.ts';
import { AllowedMethods } from './allowed-methods.ts';
import { requestIdOf } from './base-headers.ts';
import type { Answer, Door } from './door.ts';
import { allDoors } from './doors.ts';
import { EdgeFault } from './edge-fault.ts';
import { openEdge } from './edge-settings.ts';
import { createFront } from './front.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { MediaLinks } from './media-links.ts';
import { watchDoor } from './observed-door.ts';
import type { HttpPorts } from './ports.ts';
import type { RawQuery } from './query.ts';
import { RateLimits } from './rate-limits.ts';
import { RefusalLog } from './rate-refusals.ts';
import { refuseBytes } from './refuse-bytes.ts';
import { sendAnswer } from './send-answer.ts';
import { answerFault, type Edge } from './serve-door.ts';

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

/** SDKs that go through a gateway may put its API path in front (`path_params_api`), as `/login` stands before OAuth's. */
function withoutPrefix(url: string): string {
  return url.startsWith('/api/api/') ? url.slice('/api'.length) : url;
}

function addDoor(server: FastifyInstance, edge: Edge, ports: HttpPorts, door: Door): void {
  const serve = watchDoor(edge, door);
  server.route({
    method: door.method,
    url: door.path.replace(/\{(\w+)\}/g, ':$1'),
    // Served as early as this, since the framework would go on to judge the body of somebody who has no token.
    onRequest: async (request, reply) => {
      const answer = await serve({
        raw: request.raw,
        response: reply.raw,
        requestId: request.id as RequestId,
        path: request.params as { readonly [name: string]: string },
        url: request.url,
        query: request.query as RawQuery,
        headers: request.headers,
        publicUrl: ports.publicUrl ?? callerUrl(request.raw),
        isGone: () => request.raw.socket.destroyed,
      });
      return send(reply, answer, edge.http);
    },
    handler: () => needs(false, 'doors are served before their handlers'),
  });
}

async function send(reply: FastifyReply, answer: Answer, { control }: Pick<HttpContext, 'control'>): Promise<void> {
  // Nothing more is read from a body that is too large, and a server that stops takes no further request.
  if (answer.status === 413 || !reply.server.server.listening) reply.raw.setHeader('Connection', 'close');
  await sendAnswer(reply, answer, control.report);
}

/** What is wrong with a request that reached no door. */
function withoutDoor({ raw, url, method }: FastifyRequest, methods: AllowedMethods): EdgeFault {
  if (isNameless(raw)) return new EdgeFault('requestMalformed');
  const known = methods.of(url);
  // A path whose method is known may still hold a part that is too long to name anything.
  const isOther = known.length > 0 && !known.some((one) => one === method);
  return isOther ? new EdgeFault('methodUnknown', { methods: known }) : new EdgeFault('routeUnknown');
}

/** RFC 9112 §3.2: a request of this version names its host. */
function isNameless({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.host === undefined;
}

function createRouter(ports: HttpPorts, { http, rates }: Edge, doors: readonly Door[]): FastifyInstance {
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    send(reply, answerFault(http, error, request.id as RequestId), http);
  const methods = new AllowedMethods(doors);
  const refuseUnknown = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      rates.countStranger(request.raw, reply.raw);
    } catch (error) {
      return refuse(error, request, reply);
    }
    return refuse(withoutDoor(request, methods), request, reply);
  };
  const server = fastify({
    serverFactory: (api) => createFront(ports, api),
    genReqId: (request) => requestIdOf(request, ports.control.ids),
    rewriteUrl: ({ url = '/' }) => withoutPrefix(url),
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // An address that cannot be decoded, or a part of it that is too long, names nothing.
    frameworkErrors: (_error, request, reply) => refuseUnknown(request, reply),
    clientErrorHandler: (error, socket) => refuseBytes(ports.control.ids, error, socket),
  });
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404 || isNameless(request.raw)) await refuseUnknown(request, reply);
  });
  server.setErrorHandler<Partial<FastifyError>>((error, request, reply) =>
    // Of a method that it does not know, at an address that is no path, the framework says so in its own way.
    error.code === 'FST_ERR_NOT_FOUND' ? refuseUnknown(request, reply) : refuse(error, request, reply),
  );
  return server;
}

export function createHttpApp(ports: HttpPorts): HttpApp {
  const { control, tokens, identity, playback, notifications, notReadyBecause, edge: settings = openEdge } = ports;
  const links = new MediaLinks(control.clock);
  const publishing = new PublishingTokens(control.keys, control.clock);
  const { search } = ports;
  const http = {
    ...{ control, tokens, identity, playback, notifications, notReadyBecause, links, publishing },
    ...(search === undefined ? {} : { search }),
  };
  const edge: Edge = { http, rates: new RateLimits(settings, control.clock), refusals: new RefusalLog(control) };
  const doors = allDoors(http);
  const server = createRouter(ports, edge, doors);
  for (const door of doors) addDoor(server, edge, ports, door);
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
      await edge.refusals.close();
    },
  };
}
