/** canary: process */

export const path: string | undefined = process.env['PATH'];
