/** Co-browse: what a page and the server say to each other over their socket. */
export { cobrowseLimits } from './limits.ts';
export { maskCardNumbers } from './mask-card-numbers.ts';
export { type PageFrame, type PageHello, readPageFrame, type ServerWord, writeServerWord } from './page-frame.ts';
