/** canary: orphan.ts */

export const alone: number = 1;
