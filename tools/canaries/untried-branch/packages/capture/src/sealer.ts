/** canary: untried-branch: no test loads this file */

export const sealed = true;
