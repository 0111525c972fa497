/** The doors to the description of the API and to the page that explores it. */
import { Type } from 'typebox';
import { type Door, type OpenDoor, ok } from '../door.ts';
import { type ChoiceParameter, choiceOf } from '../query.ts';
import { describeApi } from './describe-api.ts';
import { fileAnswer, type StaticFile } from './static-file.ts';

const previewParameter: ChoiceParameter<'true' | 'false'> = {
  kind: 'choice',
  name: 'preview',
  values: ['true', 'false'],
};

/** Everything comes from here, and nothing else may run. Swagger UI sets styles on elements as it draws. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const library = (name: string): URL => new URL(import.meta.resolve(`swagger-ui-dist/${name}`));
const ours = (name: string): URL => new URL(name, import.meta.url);

const files: { readonly [name: string]: StaticFile } = {
  'swagger-ui-bundle.js': { contentType: 'text/javascript; charset=utf-8', from: library('swagger-ui-bundle.js') },
  'swagger-ui.css': { contentType: 'text/css; charset=utf-8', from: library('swagger-ui.css') },
  'explorer.js': { contentType: 'text/javascript; charset=utf-8', from: ours('explorer.js') },
  'explorer.css': { contentType: 'text/css; charset=utf-8', from: ours('explorer.css') },
};
const page: StaticFile = { contentType: 'text/html; charset=utf-8', from: ours('explorer.html') };

/** Description of the doors, with its own among them. */
export function descriptionDoor(doors: () => readonly Door[], version: string): OpenDoor {
  return {
    method: 'GET',
    path: '/api/v2/docs/openapi.json',
    operation: 'getDocsOpenapi',
    summary: 'This API as an OpenAPI 3.1 description, made from what serves it.',
    access: 'anyone',
    parameters: [previewParameter],
    answers: { 200: Type.Object({}, { $id: 'OpenApiDescription' }) },
    answer: async ({ query, publicUrl }) => {
      const withPreview = choiceOf(query, previewParameter) !== 'false';
      return ok(describeApi(doors(), { version, publicUrl, withPreview }));
    },
  };
}

/** Pages and their files; they are no operations, and are not described. */
export function explorerPageDoors(): readonly OpenDoor[] {
  const shared = { method: 'GET', access: 'anyone', answers: { 200: undefined } } as const;
  return [
    {
      ...shared,
      path: '/developer/api-explorer',
      operation: 'getApiExplorer',
      summary: 'The page that explores this API.',
      answer: () => fileAnswer(page, { 'content-security-policy': pagePolicy }),
    },
    ...Object.entries(files).map(
      ([name, file]): OpenDoor => ({
        ...shared,
        path: `/developer/api-explorer/${name}`,
        operation: `getApiExplorerFile`,
        summary: 'A file of that page.',
        answer: () => fileAnswer(file, { 'cache-control': 'no-cache' }),
      }),
    ),
  ];
}
