/** Passwords as they are kept: argon2id (RFC 9106) in the PHC string format, with a salt each. */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { needs } from '@tacet/domain';

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The first choice of OWASP's password storage guidance: 19 MiB, two passes, one lane; about a tenth of a second. */
export const usualCost: Argon2Cost = { memoryKib: 19_456, passes: 2, lanes: 1 };

const saltBytes = 16;
const hashBytes = 32;
/** RFC 9106 §3.1: the version of the algorithm. */
const version = 19;
const phc = /^\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,8})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Hashes a password with a salt of its own. The result names its cost, so that the cost can be raised later. */
export async function hashPassword(password: string, cost: Argon2Cost = usualCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  const { memoryKib, passes, lanes } = cost;
  return `$argon2id$v=${version}$m=${memoryKib},t=${passes},p=${lanes}$${base64(salt)}$${base64(hash)}`;
}

/** Whether `password` is the one behind `stored`, in a time that does not depend on how far they agree. */
export async function matchesPassword(password: string, stored: string): Promise<boolean> {
  const { cost, salt, hash } = parse(stored);
  return timingSafeEqual(await derive(password, salt, cost), hash);
}

/** Whether a stored hash was made at a lower cost than is usual now, and should be made anew at the next sign-in. */
export function isOutdated(stored: string, wanted: Argon2Cost = usualCost): boolean {
  const { memoryKib, passes, lanes } = parse(stored).cost;
  return memoryKib < wanted.memoryKib || passes < wanted.passes || lanes < wanted.lanes;
}

function parse(stored: string): { readonly cost: Argon2Cost; readonly salt: Buffer; readonly hash: Buffer } {
  const match = phc.exec(stored);
  needs(match !== null, 'a stored password is an argon2id hash');
  const [, memoryKib, passes, lanes, salt = '', hash = ''] = match;
  const bytes = Buffer.from(hash, 'base64');
  needs(bytes.length === hashBytes, 'a stored password hash is complete');
  const cost = { memoryKib: Number(memoryKib), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes };
}

/** The PHC string format leaves the padding out. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** The same characters can be typed as different code points; both are the same password (NIST SP 800-63B §5.1.1.2). */
function derive(password: string, nonce: Buffer, { memoryKib, passes, lanes }: Argon2Cost): Promise<Buffer> {
  const message = password.normalize('NFC');
  const parameters: Argon2Parameters = {
    message,
    nonce,
    parallelism: lanes,
    tagLength: hashBytes,
    memory: memoryKib,
    passes,
  };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
