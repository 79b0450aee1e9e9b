// The two windows of one console in Chromium, on one bridge: two contexts, as the desktop program has them.

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { Bridge, type Answer, type Label } from './bridge';
import type { LinkView } from '../../src/lib/ipc/bindings';
import { standIn } from './stand-in';

/** The system's own browser; nothing is downloaded. */
export const CHROMIUM = process.env.COUNTERSIGN_CHROMIUM ?? '/usr/bin/chromium';
/** Pictures are taken in twice as fine pixels; where none are, drawing them would only cost time. */
const SCALE = process.env.COUNTERSIGN_PICTURES === undefined ? 1 : 2;
const SIZES = { main: { width: 1280, height: 800 }, signing: { width: 560, height: 720 } };

/** A browser that reaches loopback and nothing else: lists of payloads name other people's hosts. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-gpu'],
    // Chromium's own sandbox refuses to run as root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

export class Windows {
  #signing: Page | null = null;
  #opened = 0;
  /** Answers in the core's place, by command: for what comes from outside of both windows. */
  readonly #instead: Map<string, Answer>;
  /** What a page threw, or was refused by the policy. */
  readonly complaints: string[] = [];

  private constructor(
    readonly bridge: Bridge,
    readonly main: Page,
    readonly contexts: Record<Label, BrowserContext>,
    instead: Map<string, Answer>,
  ) {
    this.#instead = instead;
  }

  /** Both windows on a home; the signing one is closed until the core asks something. */
  static async on(browser: Browser, home: string): Promise<Windows> {
    const bridge = await Bridge.serve(home);
    const context = (label: Label) =>
      browser.newContext({ viewport: SIZES[label], deviceScaleFactor: SCALE, reducedMotion: 'reduce', timezoneId: 'UTC' });
    const contexts = { main: await context('main'), signing: await context('signing') };
    const instead = new Map<string, Answer>();
    const main = await openPage(contexts.main, bridge, 'main', instead);
    const windows = new Windows(bridge, main, contexts, instead);
    windows.listen(main);
    return windows;
  }

  /** The signing window, as soon as the core asks something new. */
  async signing(): Promise<Page> {
    for (let tries = 0; ; tries++) {
      const seen = await this.bridge.sees();
      if (seen.open && seen.opened > this.#opened) {
        this.#opened = seen.opened;
        break;
      }
      if (tries > 400) throw new Error('the signing window did not open');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    if (this.#signing) await this.#signing.reload();
    else {
      this.#signing = await openPage(this.contexts.signing, this.bridge, 'signing', this.#instead);
      this.listen(this.#signing);
    }
    return this.#signing;
  }

  /** Waits until the core has nothing left to ask; the window is gone then. */
  async signed(): Promise<void> {
    for (let tries = 0; (await this.bridge.sees()).open; tries++) {
      if (tries > 800) throw new Error('the signing window did not close');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await this.#signing?.close();
    this.#signing = null;
  }

  /** The person closes the signing window, which is a "no". */
  async closeSigning(): Promise<void> {
    await this.bridge.closes();
    await this.signed();
  }

  /** The program was given a link. No bridge is: what the core says of it is said in its place. */
  async link(view: LinkView): Promise<void> {
    this.#instead.set('link', { ok: view });
    await this.main.evaluate(() => window.countersignTell([{ event: 'link-arrived' }]));
  }

  /** Waits until the pages have their answers, and have drawn them. */
  async settled(page = this.main): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet = this.bridge.pending === 0 ? quiet + 1 : 0) await drawn(page);
  }

  private listen(page: Page): void {
    page.on('pageerror', (thrown) => this.complaints.push(thrown.message));
    page.on('console', (line) => line.type() === 'error' && this.complaints.push(line.text()));
  }

  async end(): Promise<void> {
    await this.contexts.main.close();
    await this.contexts.signing.close();
    await this.bridge.end();
  }
}

async function openPage(context: BrowserContext, bridge: Bridge, label: Label, instead: Map<string, Answer>): Promise<Page> {
  const page = await context.newPage();
  // Others may be at work on this machine.
  page.setDefaultTimeout(60_000);
  await page.exposeBinding('countersignAsk', async (_, command: string, given: string) => {
    const answer = instead.get(command);
    if (answer) return JSON.stringify(answer);
    bridge.pending++;
    return bridge.askText(label, command, given).finally(() => bridge.pending--);
  });
  await page.addInitScript(standIn, label);
  if (label === 'main') void passOn(page, bridge);
  await page.goto(`${bridge.origin}/${label === 'main' ? 'index' : 'signing'}.html`);
  return page;
}

/** Tells the page what the core says without being asked, until one of them is gone. */
async function passOn(page: Page, bridge: Bridge): Promise<void> {
  while (!page.isClosed()) {
    const messages = await bridge.heard('main').catch(() => null);
    if (messages === null) return;
    if (messages.length === 0) continue;
    // A page that is being loaded anew asks for everything itself.
    await page.evaluate((told) => window.countersignTell(told), messages).catch(() => undefined);
  }
}

/** Two frames: what listens to what changed has drawn then. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
