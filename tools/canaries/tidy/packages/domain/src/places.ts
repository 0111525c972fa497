/** canary: machine-path */

export const place: string = '/home/someone/tacet/';
