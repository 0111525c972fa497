/** Which passwords may be chosen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import { checkPassword } from './password-policy.ts';
import { secretPart } from './secret-part.ts';

const owner = { name: 'Ann of Green Gables', email: 'Ann.Shirley@Gables.test' };

function refuses(password: string, of = owner): void {
  assert.throws(
    () => checkPassword(password, of),
    (error) => {
      assert.ok(error instanceof Fault && error.code === 'constraintBroken', password);
      assert.equal(error.facts['field'], 'password');
      if (password !== '') assert.equal(JSON.stringify(error.facts).includes(password), false, 'it is not repeated');
      return true;
    },
  );
}

/** Signs of no meaning, none of them twice. */
function signs(count: number, first = 0x4e00): string {
  return Array.from({ length: count }, (_, at) => String.fromCodePoint(first + at)).join('');
}

test('a password has 12 to 256 characters, whatever they are', () => {
  for (const password of ['elevenchars', '', signs(11), signs(257), signs(5_000)]) refuses(password);
  for (const password of ['twelve chars', signs(12), signs(256)]) checkPassword(password, owner);
  for (const password of ['only letters', '928374650183', 'ひらがなでかいたもじれつだよ', '        hvqlz mw']) {
    checkPassword(password, owner);
  }
});

test('characters are counted as people see them, not as they are stored', () => {
  const turtle = 0x1f400;
  refuses(signs(11, turtle));
  checkPassword(signs(12, turtle), owner);
  checkPassword(signs(256, turtle), owner);
  refuses(signs(257, turtle));
  refuses('a\u0308o\u0308u\u0308e\u0300a\u0301o\u0300');
  checkPassword('äöüèáòñçåéíú'.normalize('NFD'), owner);
});

test('nobody uses their own name or e-mail address as password', () => {
  for (const password of [
    owner.email,
    owner.email.toLowerCase(),
    owner.name,
    'annofgreengables',
    'ANN OF GREEN GABLES',
  ]) {
    refuses(password);
  }
  checkPassword('ann of green gables and friends', owner);
  const short = { name: 'Xy Qz Wv Kj Pb Md', email: 'xy.qz.wv.kj@pb.md' };
  for (const password of [short.name, short.email, 'xyqzwvkjpbmd']) refuses(password, short);
});

/** What guessers try first of all that is long enough. */
const tried = `
  000000000000 0123456789012 0987654321098 012345678910 098765432109 111111222222 112233445566 111222333444
  121212121212 123123123123 123412341234 123454321234 123456123456 1234567890123 12345678910 123456789101112
  123456789012 1234567890ab 1234567890abc 12345678901234 123456789012345 1234567890123456 123456789abc 123456789123
  123456789qwerty 123456abcdef 123456qwerty 123abc123abc 1234qwerasdf 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i
  1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 987654321098 9876543210987 aaaabbbbcccc abc123abc123 abc123456789
  abcabcabcabc abcd12345678 abcd1234abcd abcdef123456 abcdefg12345 abcdefghijkl abcdefghijklm abcdefghijklmnop
  abcdefghijklmnopqrstuvwxyz admin1234567 admin12345678 admin123456789 adminadmin123 adminadminadmin administrator
  administrator1 administrator123 agent1234567 asdf1234asdf asdfasdfasdf asdfghjkl123 asdfghjklqwerty asdfghjklzxcvbnm
  azertyuiop12 azertyuiop123 azertyuiopqsdfgh basketball12 basketball123 callcenter123 callcentre123 changeme1234
  changeme12345 changemeplease changemechangeme computer1234 contactcenter contactcentre correcthorsebattery
  correcthorsebatterystaple defaultpassword demodemodemo demopassword football1234 football12345 freepassword
  helloworld12 helloworld123 hellohello123 ihavenopassword iloveyou1234 iloveyou12345 iloveyou2024 iloveyou2025
  iloveyouforever letmein12345 letmein123456 letmeinplease letmeinletmein mypassword12 mypassword123 mypassword1234
  newpassword1 newpassword12 newpassword123 nopassword123 opensesame123 p@ssw0rd1234 p@ssw0rd12345 p@ssword1234
  passw0rd1234 passw0rd12345 passwordpassword password1234 password12345 password123456 password1234567
  password12345678 password123456789 password2023 password2024 password2025 password2026 password@123 password@1234
  password!123 password!1234 passwort1234 passwort12345 passwort123456 princess1234 qazwsxedcrfv qazwsxedc123
  qwer1234qwer qwertasdfgzxcvb qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwerty12qwerty qwertyqwerty
  qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopasdf qwertyuiopasdfghjkl qwertyuiop[] qwertzuiop12 qwertzuiop123
  q1w2e3r4t5y6 q1w2e3r4t5y6u7 recording123 secret123456 secretpassword secretsecret startrek1234 starwars1234
  summer202412 sunshine1234 sunshine12345 supervisor12 supervisor123 superman1234 supersecret1 supersecret12
  supersecret123 tacet1234567 tacettacettacet temporary123 temppassword temppassword1 test12345678 test123456789
  testtesttest testpassword testpassword1 testpassword123 thisisapassword thisismypassword trustno11234 welcome12345
  welcome123456 welcome1234567 welcome@1234 welcomewelcome whatever1234 yourpassword yourpassword1 zaq12wsxcde3
  zxcvbnm12345 zxcvbnm123456 zxcvbnmasdfghjkl zxcvbnmzxcvbnm
`;

test('a password that everybody thinks of is refused', () => {
  for (const password of tried.trim().split(/\s+/)) refuses(password);
  const more = ['Password1234', 'PASSWORD 1234', 'correct horse battery staple', 'aaaaaaaaaaaaaaaa', '            '];
  for (const password of more) refuses(password);
  for (const password of [
    'p4$$w0rd-2031!',
    'Welcome to Tacet',
    'Summer!Summer!25',
    'ann.shirley.1908',
    '7777-7777-7777',
  ]) {
    refuses(password);
  }
});

test('a common word in it does not spoil a password that has enough else', () => {
  for (const password of [
    'password of my quiet river',
    'summer rain on tin roofs',
    'ann9!xkqzv-welcome',
    'test hvqlz mw',
  ]) {
    checkPassword(password, owner);
  }
});

test('of letters drawn at random nearly everything is left to guess', () => {
  const random = seededRandom(11, 'passwords');
  for (let count = 0; count < 1_000; count += 1) {
    const password = Array.from({ length: 12 }, () => 'bcdfghjkmpqrtvwxyz246789'[random.below(24)]).join('');
    assert.ok(secretPart(password, []).length >= 5, password);
  }
});
