/** What happens to every request before the router sees it, whatever it is for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { lookThroughProxies, Networks } from '../remote-address.ts';
import { requestIdOf, setBaseHeaders } from './base-headers.ts';
import { Cors } from './cors.ts';
import { openEdge } from './edge-settings.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpPorts, SocketPort, UpgradeRefusal } from './ports.ts';
import { refuseUpgrade } from './refuse-bytes.ts';

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Headers, who asks, whether a browser may know; then to OAuth or to the API. */
function frontOf(ports: HttpPorts, api: Listener, proxies: Networks): Listener {
  const { oauth, whip, control, publicUrl, edge = openEdge } = ports;
  const cors = new Cors(edge.corsOrigins);
  const isTls = publicUrl?.startsWith('https:') === true;
  return (request, response) => {
    setBaseHeaders(request, response, { requestId: requestIdOf(request, control.ids), isTls });
    lookThroughProxies(request, proxies);
    if (ports.metrics?.answers(request, response) === true) return;
    if (cors.answers(request, response)) return;
    if (whip?.handlesPath(request.url ?? '/') === true) return whip.handle(request, response);
    if (oauth?.handlesPath(request.url ?? '/') !== true) return api(request, response);
    cors.restrain(request, response);
    oauth.handle(request, response);
  };
}

/** The edge that makes sockets of requests with this URL. */
function socketPortOf({ notifications, audioHooks, coBrowse, webChat }: HttpPorts, url = '/'): SocketPort | undefined {
  return [notifications, audioHooks, coBrowse, webChat].find((port) => port?.handlesPath(url) === true);
}

function isForSocket(ports: HttpPorts, { url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && socketPortOf(ports, url) !== undefined;
}

export function createFront(ports: HttpPorts, api: Listener): Server {
  const proxies = new Networks((ports.edge ?? openEdge).trustedProxies);
  const front = frontOf(ports, api, proxies);
  // A request without `Host` would be answered by the runtime, without any of our headers; the API refuses it itself.
  const server = createServer(
    {
      connectionsCheckingInterval: httpLimits.slownessLookMs,
      requireHostHeader: false,
      // Some clients offer HTTP/2 with each request, which is no reason to treat it as anything but a request.
      shouldUpgradeCallback: (request) => isForSocket(ports, request),
    },
    front,
  );
  server.on('upgrade', (request, socket, head) => {
    lookThroughProxies(request, proxies);
    const refuse = (status: UpgradeRefusal): void => refuseUpgrade(ports.control.ids, status, socket as Socket);
    const port = socketPortOf(ports, request.url);
    if (port === undefined) refuse(404);
    else port.upgrade(request, socket as Socket, head, refuse);
  });
  // The same for expectations that nobody knows, which may be ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', front);
  server.requestTimeout = httpLimits.requestMs;
  server.headersTimeout = httpLimits.headersMs;
  server.keepAliveTimeout = httpLimits.keepAliveMs;
  server.maxConnections = httpLimits.connectionsMax;
  return server;
}
