import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Html, html, trustedHtml } from './html.ts';

test('what is put into a template is text, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const [, attribute = '', inside = ''] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(markup) ?? [];
      const plain = (escaped: string): string =>
        escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
      assert.deepEqual([plain(attribute), plain(inside)], [text, text]);
    }),
  );
});

test('templates go into each other as they are, and lists of them', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  assert.equal(html`<ul>${items}</ul>`.markup, '<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  assert.equal(html`<p>${trustedHtml('<b>')}</p>`.markup, '<p><b></p>');
});

test('what is not there leaves nothing', () => {
  assert.equal(html`<p>${undefined}${false}${0}</p>`.markup, '<p>0</p>');
});

test('an object that only looks like markup is none', () => {
  const forged = JSON.parse('{"markup":"<script>"}') as Html;
  assert.equal(html`<p>${forged}</p>`.markup, '<p></p>');
});
