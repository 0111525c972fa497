/** canary: empty-file-name */

export {};
