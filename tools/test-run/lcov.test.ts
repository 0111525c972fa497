import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLcov } from './lcov.ts';

const sample = `TN:
SF:packages/domain/src/gate.ts
BRDA:3,0,0,4
BRDA:7,1,0,0
BRF:2
BRH:1
DA:1,5
LH:11
LF:12
end_of_record
`;

test('a record gives lines, branches and the places of the branches nobody took', () => {
  assert.deepEqual(readLcov(sample + sample.replace('gate', 'fault').replace('BRDA:7,1,0,0', 'BRDA:7,1,0,1')), [
    {
      path: 'packages/domain/src/gate.ts',
      linesFound: 12,
      linesHit: 11,
      branchesFound: 2,
      branchesHit: 1,
      missedBranchLines: [7],
    },
    {
      path: 'packages/domain/src/fault.ts',
      linesFound: 12,
      linesHit: 11,
      branchesFound: 2,
      branchesHit: 1,
      missedBranchLines: [],
    },
  ]);
});

test('an empty text has no files', () => {
  assert.deepEqual(readLcov(''), []);
});
