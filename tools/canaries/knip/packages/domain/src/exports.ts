/** canary: neverImported */

export const used: number = 1;
export const neverImported: number = 2;
