/** canary: lint/correctness/noUnusedVariables */

const unused = 1;

export {};
