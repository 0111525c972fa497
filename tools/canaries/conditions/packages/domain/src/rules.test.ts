import { test } from 'node:test';

test('Only an active participant may pause the conversation', () => {});
test('only an active participant can resume the conversation', () => {});
