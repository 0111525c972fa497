import { suite, test } from 'node:test';

suite.only('focused', () => {}); // canary: silenced-test: suite.only()
suite.skip('off', () => {}); // canary: silenced-test: suite.skip()
suite.todo('some day'); // canary: silenced-test: suite.todo()
test('off by option', { skip: 'later' }, () => {}); // canary: silenced-test: { skip: 'later' }
test('off for a reason', { skip: process.platform === 'win32' && 'needs a fork' }, () => {});
