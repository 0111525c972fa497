/** Who may signal: the trunk of each request is found, and where it has a digest the request has to prove it. */
import { randomBytes } from 'node:crypto';
import type { Clock, Trunk, TrunkDigest } from '@tacet/domain';
import {
  type DigestCredentials,
  digestAlgorithms,
  formatChallenge,
  headerValues,
  isRightResponse,
  Nonces,
  parseCredentials,
  type SipHeader,
} from '@tacet/wire/sip';
import type { Refusal } from './answers.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import { sipEdgeLimits } from './limits.ts';
import { TrunkTable } from './match-trunk.ts';
import { uniqueText } from './unique-text.ts';
import type { Way } from './way.ts';

/** The realm of every challenge; hashes in a trunk file are made with it. */
export const digestRealm = 'tacet';

/** Why somebody is refused, as the audit log says it. */
export type RefusedBecause = 'trunkUnknown' | 'trunkOther' | 'digestWrong';

export type DoorVerdict =
  | { readonly kind: 'let'; readonly trunk: Trunk }
  /** `because` is absent where a source was only asked to prove itself, as each is once. */
  | { readonly kind: 'refuse'; readonly refusal: Refusal; readonly because: RefusedBecause | undefined };

export interface TrunkDoorOptions {
  readonly clock: Clock;
  readonly trunks: readonly Trunk[];
}

function refuse(because: RefusedBecause): DoorVerdict {
  return { kind: 'refuse', refusal: { status: 403 }, because };
}

/** Credentials for our realm, of which there may be others beside. */
function credentialsOf({ request }: IncomingRequest): DigestCredentials | undefined {
  for (const value of headerValues(request, 'Authorization')) {
    const found = parseCredentials(value);
    if (found?.realm === digestRealm) return found;
  }
  return undefined;
}

export class TrunkDoor {
  readonly #clock: Clock;
  #table: TrunkTable;
  /** Trunks of dialogs, also of those that the file no longer has. */
  readonly #own = new WeakMap<Trunk, TrunkTable>();
  readonly #nonces: Nonces;

  constructor({ clock, trunks }: TrunkDoorOptions) {
    this.#clock = clock;
    this.#table = new TrunkTable(trunks);
    const { nonceMs, noncesMax } = sipEdgeLimits;
    this.#nonces = new Nonces(randomBytes(32), { lifeMs: nonceMs, usedMax: noncesMax });
  }

  /** Other trunks, from now on. A dialog keeps the one over which it began. */
  use(trunks: readonly Trunk[]): void {
    this.#table = new TrunkTable(trunks);
  }

  /** Whether this way is one of the trunk's; what is not answered (ACK) is asked no more than this. */
  isOn(trunk: Trunk, way: Way): boolean {
    const own = this.#own.get(trunk) ?? new TrunkTable([trunk]);
    this.#own.set(trunk, own);
    return own.onWay(way).length > 0;
  }

  /** @param within the trunk of the dialog that the request is in. */
  judge(incoming: IncomingRequest, within: Trunk | undefined): DoorVerdict {
    const trunks = this.#table.onWay(incoming.way);
    // Rule: where a trunk file is set, whoever matches no trunk is refused
    if (trunks.length === 0 && within === undefined) return refuse('trunkUnknown');
    // Rule: a recording session is changed and ended over its own trunk alone
    if (within !== undefined && !this.isOn(within, incoming.way))
      return refuse(trunks.length === 0 ? 'trunkUnknown' : 'trunkOther');
    const credentials = credentialsOf(incoming);
    const trunk = within ?? this.#meant(trunks, credentials);
    if (trunk === undefined) return refuse('trunkUnknown');
    const { digest } = trunk;
    // A ping needs no secret: it is told nothing but what we can do.
    const isPing = incoming.request.method === 'OPTIONS' && within === undefined;
    return digest === undefined || isPing ? { kind: 'let', trunk } : this.#prove(incoming, credentials, trunk, digest);
  }

  /** The first of them, or the one that the credentials name where several are told apart by their secrets. */
  #meant(trunks: readonly Trunk[], credentials: DigestCredentials | undefined): Trunk | undefined {
    const [first] = trunks;
    if (first?.digest === undefined) return first;
    return trunks.find(({ digest }) => digest !== undefined && digest.username === credentials?.username) ?? first;
  }

  #prove(
    { request }: IncomingRequest,
    credentials: DigestCredentials | undefined,
    trunk: Trunk,
    digest: TrunkDigest,
  ): DoorVerdict {
    if (credentials === undefined) return this.#challenge(digest, undefined);
    const ha1 = digest.hashes[credentials.algorithm];
    const isRight =
      ha1 !== undefined &&
      credentials.username === digest.username &&
      isRightResponse(credentials, request.method, ha1);
    // Rule: a wrong digest is challenged anew and written down
    if (!isRight) return this.#challenge(digest, 'digestWrong');
    // Rule: a digest is taken once; the same count of a nonce again is stale
    const isFresh = this.#nonces.take(credentials.nonce, credentials.nonceCount, this.#clock.now());
    return isFresh ? { kind: 'let', trunk } : this.#challenge(digest, 'stale');
  }

  /** RFC 8760 §2.4: a challenge for each algorithm that we can check, the better one first. */
  #challenge({ hashes }: TrunkDigest, why: 'stale' | 'digestWrong' | undefined): DoorVerdict {
    const nonce = this.#nonces.issue(this.#clock.now(), uniqueText());
    const headers: readonly SipHeader[] = digestAlgorithms
      .filter((algorithm) => hashes[algorithm] !== undefined)
      .map((algorithm) => {
        const challenge = { realm: digestRealm, nonce, algorithm, isStale: why === 'stale' };
        return { name: 'WWW-Authenticate', value: formatChallenge(challenge) };
      });
    const because = why === 'digestWrong' ? why : undefined;
    return { kind: 'refuse', refusal: { status: 401, headers }, because };
  }
}
