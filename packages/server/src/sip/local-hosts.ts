/** Which of our addresses a peer reaches us at, where the UDP socket hears on all of them and does not tell. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { HostPort } from '@tacet/wire/sip';
import { plainHost } from './host-text.ts';
import { sipEdgeLimits } from './limits.ts';

export class LocalHosts {
  readonly #known = new Map<string, string>();

  /**
   * The address from which the kernel would send to the peer. It is asked once per peer host.
   * @throws Error when there is no route to the peer.
   */
  async towards(peer: HostPort): Promise<string> {
    const known = this.#known.get(peer.host);
    if (known !== undefined) return known;
    const found = await askKernel(peer);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= sipEdgeLimits.localHostsMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(peer.host, found);
    return found;
  }
}

/** Connecting a UDP socket sends nothing, but chooses the address of ours. */
async function askKernel(peer: HostPort): Promise<string> {
  const socket = createSocket(isIPv6(peer.host) ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(peer.port, peer.host, () => resolve());
    });
    return plainHost(socket.address().address);
  } finally {
    socket.close();
  }
}
