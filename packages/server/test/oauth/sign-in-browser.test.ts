/** The sign-in pages as people use them: by keyboard, without scripts, on a phone, in the dark, with a screen reader. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import {
  authorizePath,
  changeClient,
  email,
  password,
  type SignInUnderTest,
  startSignIn,
} from './sign-in-under-test.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let test: SignInUnderTest;
let arrived: string;
before(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(() => browser.close());

/** A busy machine is no failure. */
const patienceMs = 120_000;

/** Where programs are waited for; it answers so that browsers arrive. */
const arrivalPath = '/arrived';
beforeEach(async () => {
  const outside = { issuer: 'http://127.0.0.1:1', clientId: 'x', name: 'Company account' };
  test = await startSignIn({
    signIn: { isSecondFactorRequired: true, outside, publicUrl: 'http://127.0.0.1' },
    elsewhere: (request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>arrived</title>');
      if (request.url?.startsWith(arrivalPath) === true) arrived = request.url;
    },
  });
  arrived = '';
  changeClient(test.under, test.code.id, { redirectUris: [`${origin()}${arrivalPath}`] });
});
afterEach(() => test.under[Symbol.asyncDispose]());

const origin = (): string => `http://127.0.0.1:${test.under.port}`;
const startUrl = (): string =>
  `${origin()}${authorizePath(test.code.id, { redirect_uri: `${origin()}${arrivalPath}` })}`;

async function open(
  options: BrowserContextOptions = {},
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

const usual = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What the checker finds wrong with the page as it stands. */
async function violations(page: Page, only: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(async (runOnly) => {
    const { axe: checker } = globalThis as unknown as {
      readonly axe: {
        run(options: unknown): Promise<{
          readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
        }>;
      };
    };
    const found = (await checker.run({ runOnly })).violations;
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, only);
}

/** A folder for pictures of the pages, so that a person can look at them. */
const shots = process.env['SIGN_IN_SHOTS'];
async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

const desk = { width: 1280, height: 720 };
const phone = { width: 360, height: 740 };

/** Judges a page in the light, in the dark, and on a phone; it is reloaded for none of them. */
async function judge(page: Page, at: string): Promise<void> {
  // The page's own policy keeps scripts out, so the check comes in by the debugger.
  await page.evaluate(axe);
  assert.deepEqual(await violations(page, usual), [], at);
  await shoot(page, `light-${at}`);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await violations(page, ['color-contrast']), [], `${at} in the dark`);
  await shoot(page, `dark-${at}`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(phone);
  assert.deepEqual(await violations(page, ['color-contrast', 'target-size']), [], `${at} on a phone`);
  await shoot(page, `phone-${at}`);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  assert.ok(width <= phone.width, `${at} is not wider than a phone`);
  await page.setViewportSize(desk);
}

async function codeFor(page: Page): Promise<string> {
  const key = ((await page.locator('.key').textContent()) ?? '').replaceAll(' ', '');
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: test.under.clock.now() });
}

/** Goes through every page of a first sign-in, errors included; `look` is called on each. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const send = (name = 'Continue'): Promise<void> => page.getByRole('button', { name, exact: true }).click();
  await page.goto(startUrl());
  await look('password');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('wrong');
  await send('Sign in');
  await look('password-wrong');
  await page.getByLabel('Password').fill(password);
  await send('Sign in');
  await look('set-up');
  await page.getByLabel('Code from your authenticator app').fill('000000');
  await send();
  await look('set-up-wrong');
  await page.getByLabel('Code from your authenticator app').fill(await codeFor(page));
  await send();
  await look('recovery-codes');
  const [recovery = ''] = await page.locator('.codes li').allTextContents();
  await page.getByLabel('I have kept these codes').check();
  await send();
  await page.waitForURL(`**${arrivalPath}**`);
  await page.goto(`${startUrl()}&prompt=login`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await send('Sign in');
  await look('code');
  await page.getByLabel('Code from your authenticator app').fill('123456');
  await send();
  await look('code-wrong');
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await look('recovery');
  await page.getByLabel('Recovery code').fill(recovery);
  await send();
  await page.waitForURL(`**${arrivalPath}**`);
  await page.goto(`${origin()}/oauth/sign-in/unknown`);
  await look('ended');
  await page.goto(`${origin()}/oauth/authorize?client_id=${test.code.id}&redirect_uri=http://evil.test/`);
  await look('request-fault');
  await page.goto(`${startUrl()}&provider=okta&prompt=login`);
  await look('outside-failed');
  await page.goto(`${origin()}/logout?client_id=${test.code.id}`);
  await look('signed-out');
}

describe('every page of a sign-in', () => {
  it('has nothing that the accessibility checker objects to: in the light, in the dark, and on a phone', async () => {
    const { context, page, complaints } = await open({ viewport: desk, colorScheme: 'light' });
    await walk(page, (at) => judge(page, at));
    const unexpected = complaints.filter((text) => !/the server responded with a status of \d+/.test(text));
    assert.deepEqual(unexpected, []);
    await context.close();
  });
});

describe('a sign-in', () => {
  it('works without scripts', async () => {
    const { context, page } = await open({ javaScriptEnabled: false });
    await walk(page, async () => {});
    assert.match(arrived, /code=/);
    await context.close();
  });

  it('works by keyboard alone, and the caret is where one types next', async () => {
    const { context, page } = await open();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement?.id ?? ""');
    await page.goto(startUrl());
    assert.equal(await focused(), 'email');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'password');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The e-mail address or the password is not right.').waitFor();
    assert.equal(await focused(), 'password', 'the error is where the caret is');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Set up your authenticator app' }).waitFor();
    for (let tabs = 0; tabs < 3 && (await focused()) !== 'code'; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.type(await codeFor(page));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${arrivalPath}**`);
    assert.match(arrived, /code=/);
    await context.close();
  });

  it('tells a screen reader what is wrong, and with which field', async () => {
    const { context, page } = await open();
    await page.goto(startUrl());
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Password');
    await page.getByText('The e-mail address or the password is not right.').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    const described = await field.getAttribute('aria-describedby');
    assert.equal(await page.locator(`#${described}`).textContent(), 'The e-mail address or the password is not right.');
    assert.match(await page.title(), /^Error: /);
    for (let failures = 0; failures < 4; failures += 1) {
      await page.getByLabel('Password').fill('wrong');
      await page.keyboard.press('Enter');
      await page.waitForLoadState('load');
    }
    const alarm = page.getByRole('alert');
    assert.match((await alarm.textContent()) ?? '', /Too many attempts/);
    assert.equal(await page.evaluate('document.activeElement?.getAttribute("role")'), 'alert');
    await context.close();
  });

  it('lets a password manager do its work: fields say what they are, and take what is pasted', async () => {
    const { context, page } = await open();
    await page.goto(startUrl());
    const kinds = await page
      .locator('input:not([type=hidden])')
      .evaluateAll((inputs) =>
        inputs.map((input) => [input.id, input.getAttribute('type'), input.getAttribute('autocomplete')]),
      );
    assert.deepEqual(kinds, [
      ['email', 'email', 'username'],
      ['password', 'password', 'current-password'],
    ]);
    const paste = `document.getElementById('password').dispatchEvent(new ClipboardEvent('paste', { cancelable: true }))`;
    assert.equal(await page.evaluate(paste), true, 'nothing prevents it');
    await context.close();
  });
});
