/** The page of ours on which somebody chats, and its files; what is written comes and goes over a socket. */
import type { OpenDoor } from './door.ts';
import { fileAnswer, type StaticFile } from './explorer/static-file.ts';

export const webChatPath = '/tacet/v1/webchat';

/** Nothing from anywhere else, no script or style but our own, and nowhere to send anything but here. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ours = (name: string): URL => new URL(`./webchat/${name}`, import.meta.url);
const page: StaticFile = { contentType: 'text/html; charset=utf-8', from: ours('webchat.html') };
const files: { readonly [name: string]: StaticFile } = {
  'webchat.js': { contentType: 'text/javascript; charset=utf-8', from: ours('webchat.js') },
  'webchat.css': { contentType: 'text/css; charset=utf-8', from: ours('webchat.css') },
};

/** A page and its files; they are no operations, and are not described. */
export function webChatPageDoors(): readonly OpenDoor[] {
  const shared = { method: 'GET', access: 'anyone', answers: { 200: undefined } } as const;
  const kept = { 'cache-control': 'no-cache', 'referrer-policy': 'no-referrer' };
  return [
    {
      ...shared,
      path: webChatPath,
      operation: 'getWebChatPage',
      summary: 'The page on which somebody chats.',
      answer: () => fileAnswer(page, { ...kept, 'content-security-policy': pagePolicy }),
    },
    ...Object.entries(files).map(
      ([name, file]): OpenDoor => ({
        ...shared,
        path: `${webChatPath}/files/${name}`,
        operation: 'getWebChatFile',
        summary: 'A file of that page.',
        answer: () => fileAnswer(file, kept),
      }),
    ),
  ];
}
