/** canary: lint/style/useFilenamingConvention */

export const named: number = 1;
