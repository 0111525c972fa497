/** Which passwords may be chosen: long ones that are not everybody's first idea (NIST SP 800-63B §5.1.1, ASVS 2.1). */
import { Fault } from '@tacet/domain';
import { identityLimits } from './identity-limits.ts';
import { secretPart } from './secret-part.ts';

/** Whose password it is to be. */
export interface PasswordOwner {
  readonly name: string;
  readonly email: string;
}

/**
 * Any characters may be used and none must be: rules of composition make passwords weaker.
 * @throws Fault constraintBroken, which does not repeat the password
 */
export function checkPassword(password: string, owner: PasswordOwner): void {
  const { passwordCharactersMin: min, passwordCharactersMax: max } = identityLimits;
  const normal = password.normalize('NFC');
  const count = Array.from(normal).length;
  if (count < min || count > max) refuse(`must have ${min} to ${max} characters`);
  const folded = fold(normal);
  // Rule: nobody uses their own name or e-mail address as password
  if (folded === fold(owner.email) || folded === fold(owner.name)) refuse('must not be the name or e-mail of the user');
  // Rule: a password that everybody thinks of is refused
  if (Array.from(secretPart(folded, ownWords(owner))).length < secretCharactersMin) refuse('is too common');
}

/** Fewer than these beside common words are tried within a moment. */
const secretCharactersMin = 5;

/** Words of the name and of the address, which nobody has to guess. */
function ownWords({ name, email }: PasswordOwner): readonly string[] {
  const words = `${name} ${email}`
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => Array.from(word).length >= 3);
}

/** Spaces and case do not make a guess harder. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}

function refuse(problem: string): never {
  throw new Fault('constraintBroken', { field: 'password', problem });
}
