/** Answers where there is no response object to write them with: to what is no HTTP, and to what becomes no socket. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Fault, type IdSource, type RequestId } from '@tacet/domain';
import { bareHeaders } from './base-headers.ts';
import { EdgeFault, type EdgeFaultCode } from './edge-fault.ts';
import { errorBody, errorHeaders } from './faults.ts';
import type { UpgradeRefusal } from './ports.ts';

function refuse(ids: IdSource, fault: Fault | EdgeFault, socket: Socket): void {
  const requestId = ids.next<RequestId>();
  const json = errorBody(fault, requestId, 'conversations');
  const body = JSON.stringify(json);
  const headers = [
    ...bareHeaders(requestId),
    ...Object.entries(errorHeaders(json, fault.facts)),
    ['Content-Type', 'application/json'],
    ['Content-Length', Buffer.byteLength(body)],
    ['Connection', 'close'],
  ];
  const head = [`HTTP/1.1 ${json.status} ${STATUS_CODES[json.status]}`, ...headers.map((header) => header.join(': '))];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What the parser of the runtime calls those failures that have a name of their own in HTTP. */
const codes: { readonly [code: string]: EdgeFaultCode } = {
  ERR_HTTP_REQUEST_TIMEOUT: 'requestSlow',
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
};

/** Says what is wrong, if anybody still listens, and ends the connection. */
export function refuseBytes(ids: IdSource, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else refuse(ids, new EdgeFault(codes[error.code ?? ''] ?? 'requestMalformed'), socket);
}

const upgradeFaults: { readonly [status in UpgradeRefusal]: () => Fault | EdgeFault } = {
  400: () => new EdgeFault('requestMalformed'),
  401: () => new Fault('tokenInvalid'),
  404: () => new EdgeFault('routeUnknown'),
  503: () => new EdgeFault('socketUnavailable'),
};

/** The answer to a connection that was to become a socket. */
export function refuseUpgrade(ids: IdSource, status: UpgradeRefusal, socket: Socket): void {
  refuse(ids, upgradeFaults[status](), socket);
}
