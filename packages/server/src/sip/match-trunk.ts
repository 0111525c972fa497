/** Which trunk a request came over: by the network it came from, and by the name that its certificate proved. */
import type { Trunk } from '@tacet/domain';
import { Networks } from '../remote-address.ts';
import type { Way } from './way.ts';

interface Row {
  readonly trunk: Trunk;
  readonly networks: Networks;
}

export class TrunkTable {
  readonly #rows: readonly Row[];

  /** @param trunks in the order in which they are tried. */
  constructor(trunks: readonly Trunk[]) {
    this.#rows = trunks.map((trunk) => ({ trunk, networks: new Networks(trunk.allow) }));
  }

  /** The trunks that may signal on this way, before any of them has proved a secret; in order. */
  onWay({ remote, peerNames = [] }: Way): readonly Trunk[] {
    const found = this.#rows.filter(({ trunk, networks }) => {
      const { clientName } = trunk;
      // Rule: a trunk with a certificate name takes nobody who has not proved that name
      if (clientName !== undefined && !peerNames.includes(clientName.toLowerCase())) return false;
      return networks.isEmpty || networks.has(remote.host);
    });
    return found.map(({ trunk }) => trunk);
  }
}
