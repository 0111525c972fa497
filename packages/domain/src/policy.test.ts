import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PurposeRule, purposeByRules } from './policy.ts';

const rule = (pattern: string, purpose: PurposeRule['purpose'] = 'agent'): PurposeRule => ({ pattern, purpose });
const matches = (pattern: string, address: string): boolean => purposeByRules([rule(pattern)], address) !== undefined;

/** The reference: a regular expression in which `*` is any run of characters and all else stands for itself. */
function byExpression(pattern: string, address: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(address);
}

test('a pattern matches the whole address, and * stands for any run of characters', () => {
  const few = fc.stringMatching(/^[ab.@]{0,8}$/);
  const pattern = fc.stringMatching(/^[ab.@*]{0,6}$/);
  fc.assert(
    fc.property(pattern, few, (wanted, address) => {
      assert.equal(matches(wanted, address), byExpression(wanted, address));
    }),
    { numRuns: 5_000 },
  );
});

test('the parts around a * may not share characters', () => {
  assert.equal(matches('ab*ba', 'aba'), false);
  assert.equal(matches('ab*ba', 'abba'), true);
  assert.equal(matches('a*b*b', 'ab'), false);
  assert.equal(matches('*a*a*', 'a'), false);
});

test('case makes no difference', () => {
  assert.equal(matches('sip:AGENT-*@example.com', 'sip:agent-7@EXAMPLE.com'), true);
});

test('the first matching rule gives the purpose, and none gives none', () => {
  const rules = [rule('sip:ivr*', 'ivr'), rule('sip:*@agents.example', 'agent'), rule('*', 'customer')];
  assert.equal(purposeByRules(rules, 'sip:ivr@agents.example'), 'ivr');
  assert.equal(purposeByRules(rules, 'sip:jo@agents.example'), 'agent');
  assert.equal(purposeByRules(rules, 'tel:+49301234'), 'customer');
  assert.equal(purposeByRules(rules.slice(0, 2), 'tel:+49301234'), undefined);
  assert.equal(purposeByRules([], 'tel:+49301234'), undefined);
});
