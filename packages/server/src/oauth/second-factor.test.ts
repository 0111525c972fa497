/** Second factors: set up, judged, used once, and lost. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { KeyService, UserId } from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import { TOTP, URI } from 'otpauth';
import { temporaryFolder } from '../../test/store-samples.ts';
import { IdentitySqlite } from '../store/identity-sqlite.ts';
import { FileKeyService, inMemory, openDatabase } from '../store/index.ts';
import { SecondFactor } from './second-factor.ts';

const ann = { id: 'ann' as UserId, email: 'ann@tacet.test' };
const bob = { id: 'bob' as UserId, email: 'bob@tacet.test' };
let folder: ReturnType<typeof temporaryFolder>;
let db: DatabaseSync;
let clock: ManualClock;
let identity: IdentitySqlite;
let keys: KeyService;
let factor: SecondFactor;
beforeEach(() => {
  folder = temporaryFolder();
  db = openDatabase(inMemory);
  clock = new ManualClock();
  identity = new IdentitySqlite(db, seededIds(1));
  keys = new FileKeyService(folder.path, { mayCreate: true });
  factor = new SecondFactor({ identity, keys, clock });
  for (const { id, email } of [ann, bob]) {
    const divisionId = identity.homeDivision().id;
    const user = { id, name: id, email, divisionId, sipAddresses: [], version: 1, createdAt: clock.now() } as const;
    identity.putUser({ ...user, state: 'active' });
  }
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

/** The user's device, which knows what the QR code says, and its own time. */
class Device {
  readonly #totp: TOTP;

  constructor(uri: string) {
    const totp = URI.parse(uri);
    assert.ok(totp instanceof TOTP);
    this.#totp = totp;
  }

  code(offMs = 0): string {
    return this.#totp.generate({ timestamp: clock.now() + offMs });
  }
}

/** Sets a second factor up, and lets its first code pass. */
function setUp(user = ann): { readonly device: Device; readonly codes: readonly string[] } {
  const draft = factor.begin(user);
  const device = new Device(draft.uri);
  const codes = factor.confirm(user.id, draft.sealed, device.code()) ?? assert.fail('not confirmed');
  clock.advance(60_000);
  return { device, codes };
}

describe('a second factor on its way to a device', () => {
  it('is not in force before a code of the device confirms it', () => {
    const draft = factor.begin(ann);
    assert.equal(factor.isNeededFor(ann.id), false);
    const wrong = new Device(factor.begin(ann).uri).code();
    assert.equal(factor.confirm(ann.id, draft.sealed, wrong), undefined);
    assert.equal(factor.isNeededFor(ann.id), false);
    assert.equal(factor.confirm(ann.id, draft.sealed, new Device(draft.uri).code())?.length, 10);
    assert.equal(factor.isNeededFor(ann.id), true);
    assert.equal(factor.isNeededFor(bob.id), false);
  });

  it('says to a device what every device understands', () => {
    const { uri, secret } = factor.begin(ann);
    const totp = URI.parse(uri);
    assert.ok(totp instanceof TOTP);
    assert.deepEqual(
      [totp.issuer, totp.label, totp.algorithm, totp.digits, totp.period],
      ['Tacet', 'ann@tacet.test', 'SHA1', 6, 30],
    );
    assert.equal(totp.secret.base32, secret);
    assert.match(secret, /^[A-Z2-7]{32}$/);
  });

  it('is the user’s own: nobody confirms another’s, nor one that was altered', () => {
    const draft = factor.begin(ann);
    const code = new Device(draft.uri).code();
    assert.equal(factor.confirm(bob.id, draft.sealed, code), undefined);
    for (const sealed of ['', 'x', `${draft.sealed.slice(0, -4)}AAAA`]) {
      assert.equal(factor.confirm(ann.id, sealed, code), undefined);
    }
    assert.equal(factor.isNeededFor(bob.id), false);
  });

  it('takes the place of the one before, with its recovery codes', () => {
    const before = setUp();
    const after = setUp();
    assert.equal(factor.check(ann.id, before.device.code()).is, 'wrong');
    assert.equal(factor.check(ann.id, before.codes[0] ?? '').is, 'wrong');
    assert.equal(factor.check(ann.id, after.device.code()).is, 'right');
  });

  it('cannot be guessed into force', () => {
    const draft = factor.begin(ann);
    const device = new Device(draft.uri);
    const wrong = device.code() === '000000' ? '000001' : '000000';
    for (let count = 0; count < 5; count += 1) assert.equal(factor.confirm(ann.id, draft.sealed, wrong), undefined);
    assert.equal(factor.confirm(ann.id, draft.sealed, device.code()), undefined, 'not even with the right one now');
    clock.advance(60_000);
    assert.equal(factor.confirm(ann.id, draft.sealed, device.code())?.length, 10);
  });
});

describe('a one-time password', () => {
  it('a one-time password is good once, and none that is older than the last one used', () => {
    const { device } = setUp();
    const code = device.code();
    const older = device.code(-30_000);
    assert.deepEqual(factor.check(ann.id, code), { is: 'right', by: 'totp', codesLeftCount: 10 });
    assert.equal(factor.check(ann.id, code).is, 'wrong');
    assert.equal(factor.check(ann.id, older).is, 'wrong');
    const again = new SecondFactor({ identity, keys, clock });
    assert.equal(again.check(ann.id, code).is, 'wrong', 'nor after a restart');
    clock.advance(30_000);
    assert.equal(again.check(ann.id, device.code()).is, 'right');
  });

  it('that confirmed the device is not good for signing in as well', () => {
    const draft = factor.begin(ann);
    const code = new Device(draft.uri).code();
    factor.confirm(ann.id, draft.sealed, code);
    assert.equal(factor.check(ann.id, code).is, 'wrong');
  });

  it('may be a step early or late, for clocks that differ, and no more', () => {
    for (const [offMs, is] of [
      [-60_000, 'wrong'],
      [60_000, 'wrong'],
      [-30_000, 'right'],
      [30_000, 'right'],
    ] as const) {
      const { device } = setUp();
      clock.advance(600_000);
      assert.equal(factor.check(ann.id, device.code(offMs)).is, is, String(offMs));
    }
  });

  it('may be typed with spaces, and is six digits', () => {
    const { device } = setUp();
    const code = device.code();
    for (const wrong of ['', code.slice(1), `${code}0`, 'abcdef', '١٢٣٤٥٦']) {
      assert.equal(factor.check(ann.id, wrong).is, 'wrong');
      clock.advance(4_000_000);
    }
    assert.equal(factor.check(ann.id, ` ${device.code().slice(0, 3)} ${device.code().slice(3)} `).is, 'right');
  });

  it('is another user’s own', () => {
    const [mine] = [setUp(ann), setUp(bob)];
    assert.equal(factor.check(bob.id, mine.device.code()).is, 'wrong');
  });

  it('of a user without a second factor is wrong', () => {
    assert.equal(factor.check(ann.id, '000000').is, 'wrong');
  });

  it('is guessed at a pace at which nobody guesses it', () => {
    const { device } = setUp();
    let tried = 0;
    const end = clock.now() + 3_600_000;
    while (clock.now() < end) {
      const verdict = factor.check(ann.id, 'abcdef');
      if (verdict.is === 'throttled') clock.advance(verdict.waitMs);
      else tried += 1;
    }
    assert.ok(tried > 5 && tried < 100, String(tried));
    assert.equal(factor.check(ann.id, device.code()).is === 'right' || tried > 0, true);
    clock.advance(60_000);
    assert.equal(factor.check(ann.id, device.code()).is, 'right');
    assert.equal(factor.check(ann.id, 'abcdef').is, 'wrong', 'and success forgets the failures');
  });
});

describe('a recovery code', () => {
  it('a recovery code is good once', () => {
    const { codes } = setUp();
    assert.equal(new Set(codes).size, 10);
    const [first = '', second = ''] = codes;
    assert.match(first, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    assert.deepEqual(factor.check(ann.id, first), { is: 'right', by: 'recoveryCode', codesLeftCount: 9 });
    assert.equal(factor.check(ann.id, first).is, 'wrong');
    assert.equal(factor.check(ann.id, second.toUpperCase().replaceAll('-', ' ')).is, 'right', 'however it is typed');
    assert.equal(identity.credentials(ann.id).recoveryHashes.length, 8);
  });

  it('is kept as a salted hash, each with a salt of its own', () => {
    const { codes } = setUp();
    const stored = identity.credentials(ann.id).recoveryHashes;
    for (const code of codes) assert.equal(stored.join(' ').includes(code.replaceAll('-', '')), false);
    assert.equal(new Set(stored.map((hash) => hash.split(':')[0])).size, 10);
  });

  it('of one user is nothing for another', () => {
    const [mine] = [setUp(ann), setUp(bob)];
    assert.equal(factor.check(bob.id, mine.codes[0] ?? '').is, 'wrong');
  });
});

describe('the secret of a second factor', () => {
  it('is sealed wherever it is kept', () => {
    const draft = factor.begin(ann);
    factor.confirm(ann.id, draft.sealed, new Device(draft.uri).code());
    const totp = URI.parse(draft.uri);
    assert.ok(totp instanceof TOTP);
    const secret = Buffer.from(totp.secret.bytes);
    const kept = identity.credentials(ann.id).totp?.sealedSecret ?? assert.fail();
    assert.equal(Buffer.from(kept).includes(secret), false);
    assert.equal(Buffer.from(draft.sealed, 'base64url').includes(secret), false);
  });

  it('that cannot be unsealed lets nobody in, and says that something is missing', () => {
    const { device } = setUp();
    using other = temporaryFolder();
    const strange = new SecondFactor({ identity, keys: new FileKeyService(other.path, { mayCreate: true }), clock });
    assert.throws(() => strange.check(ann.id, device.code()), { code: 'storageUnavailable' });
    const moved = identity.credentials(ann.id);
    identity.putCredentials(bob.id, moved);
    assert.throws(() => factor.check(bob.id, device.code()), { code: 'storageUnavailable' });
  });
});
