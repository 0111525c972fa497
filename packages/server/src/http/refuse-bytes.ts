/** The answer to what is no complete HTTP request; there is no response object to write it with. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Fault, type IdSource, type RequestId } from '@tacet/domain';
import { EdgeFault } from './edge-fault.ts';
import { errorBody } from './faults.ts';

/** Says what is wrong, if anybody still listens, and ends the connection. */
export function refuseBytes(ids: IdSource, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const requestId = ids.next<RequestId>();
  const fault = isSlow ? new EdgeFault('requestSlow') : new Fault('bodyMalformed');
  const json = errorBody(fault, requestId, 'conversations');
  const body = JSON.stringify(json);
  const head = [
    `HTTP/1.1 ${json.status} ${STATUS_CODES[json.status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `ININ-Correlation-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
