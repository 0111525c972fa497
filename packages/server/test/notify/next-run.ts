/** Another run of the notification edge, over what an earlier one left. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Outbox } from '@tacet/domain';
import { refuseUpgrade } from '../../src/http/refuse-bytes.ts';
import { Notifications } from '../../src/notify/index.ts';
import { ChannelTable } from '../../src/store/index.ts';
import type { NotifyUnderTest } from './notify-under-test.ts';

export interface NextRun extends AsyncDisposable {
  readonly uriOf: (channelId: string) => string;
}

export async function nextRun({ http }: NotifyUnderTest, outbox: Outbox = http.outbox): Promise<NextRun> {
  const notifications = new Notifications({
    store: http.control.store,
    outbox,
    channels: new ChannelTable(http.db),
    holders: http.tokens,
    clock: http.clock,
    report: assert.ifError,
  });
  await notifications.start();
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    notifications.upgrade(request, socket as Socket, head, (status) => {
      refuseUpgrade(http.ids, status, socket as Socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    uriOf: (id) => `ws://127.0.0.1:${port}/channels/${id}`,
    async [Symbol.asyncDispose]() {
      await notifications.stop();
      server.close();
    },
  };
}
