/** The page that explores the API, as people use it: in a browser, by keyboard, on a phone, in the dark. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { HttpUnderTest } from '../http-under-test.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const path = '/developer/api-explorer';

let browser: Browser;
before(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser.close();
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: readonly string[];
}

async function open(under: HttpUnderTest): Promise<Opened> {
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${under.url}${path}`);
  await page.locator('.opblock-tag').first().waitFor();
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Accessibility problems of the page as it stands, by rule. */
async function problems(page: Page): Promise<readonly string[]> {
  // Colours that are on their way from one to another are nobody's choice.
  await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => 0)');
  // The page's own policy keeps scripts from elsewhere out, so the check comes in by the debugger.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        run(): Promise<{
          readonly violations: readonly {
            readonly id: string;
            readonly impact: string;
            readonly nodes: readonly { readonly html: string }[];
          }[];
        }>;
      };
    };
    return (await axe.run()).violations.map(
      ({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0]?.html.slice(0, 200)}`,
    );
  });
  return found;
}

test('the explorer draws every operation without a complaint of the browser', async () => {
  await using under = await HttpUnderTest.start();
  await using opened = await open(under);
  const described = under.app.doors.filter(
    ({ path }) => !/^\/(developer|tacet\/v1\/(cobrowse|webchat))(\/|$)/.test(path),
  ).length;
  assert.equal(await opened.page.locator('#count').textContent(), `${described} operations`);
  assert.deepEqual(opened.complaints, []);
});

test('an operation is found by a word of its permission, and shows it', async () => {
  await using under = await HttpUnderTest.start();
  await using opened = await open(under);
  const { page } = opened;
  await page.getByRole('searchbox').fill('pauseOthers');
  await page.locator('#count', { hasText: /^10 operations$/ }).waitFor();
  for (const tag of await page.locator('.opblock-tag').all()) await tag.click();
  const first = page.locator('.opblock', { hasText: '/api/v2/conversations/calls/{conversationId}/recordingstate' });
  await first.waitFor();
  assert.match((await first.textContent()) ?? '', /conversation:recording:pauseOthers/);
});

test('the reader’s token calls the API from the page', async () => {
  await using under = await HttpUnderTest.start();
  await using opened = await open(under);
  const { page } = opened;
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('#auth-bearer-value').fill(under.tokens.issue({ role: 'admin' }));
  await page
    .locator('.auth-container', { hasText: 'token' })
    .first()
    .getByRole('button', { name: 'Apply credentials' })
    .click();
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.getByRole('searchbox').fill('getRecordingSettings');
  await page.locator('#count', { hasText: /^1 operations$/ }).waitFor();
  await page.locator('#operations-tag-recording').click();
  await page.locator('.opblock-summary-control').first().click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
});

const appearances = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'phone', colorScheme: 'light', width: 360 },
] as const;

test('the explorer can be read by everybody: in light, in the dark, and on a phone without scrolling sideways', async () => {
  await using under = await HttpUnderTest.start();
  await using opened = await open(under);
  const { page } = opened;
  const folder = process.env['TACET_SCREENSHOTS'];
  for (const { name, colorScheme, width } of appearances) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 740 });
    if (folder !== undefined) await page.screenshot({ path: `${folder}/explorer-${name}.png` });
    assert.deepEqual(await problems(page), [], name);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, name);
  }
});
