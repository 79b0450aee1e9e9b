// What shows that a hostile text came to life, in a page of ours and, for control, in one that takes it as HTML.

import type { Browser, BrowserContext, Page } from 'playwright-core';

/** So many frames of the control page stand at once. */
const TOGETHER = 20;
/** What most payloads call to show that they ran. */
const SIGNS = ['alert', 'confirm', 'prompt', 'print', 'open'] as const;

/** Tells of every call of a sign, in any frame, before a page's own scripts. */
export async function watch(context: BrowserContext, ran: (where: string) => void): Promise<void> {
  await context.exposeBinding('countersignRan', ({ frame }, sign: string) => ran(`${sign} in ${frame.name() || frame.url()}`));
  await context.addInitScript((signs) => {
    const { countersignRan } = window as unknown as { countersignRan: (sign: string) => void };
    for (const sign of signs) Object.defineProperty(window, sign, { value: () => countersignRan(sign), writable: false });
  }, SIGNS);
}

/** All that would be signs of life in a page of ours beside calls: markup, frames, requests, other pages. */
export class Life {
  readonly signs: string[] = [];

  static async on(context: BrowserContext, page: Page, origin: string): Promise<Life> {
    const life = new Life();
    await watch(context, (where) => life.signs.push(where));
    context.on('page', () => life.signs.push('another page was opened'));
    life.#attend(page, origin);
    // The hooks belong to pages that are loaded from now on.
    await page.reload();
    return life;
  }

  /** The same of pages that are opened later, one at a time. */
  async alsoIn(context: BrowserContext, origin: string): Promise<void> {
    await watch(context, (where) => this.signs.push(where));
    context.on('page', (page) => {
      if (context.pages().length > 1) this.signs.push('another page was opened');
      this.#attend(page, origin);
    });
  }

  #attend(page: Page, origin: string): void {
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) this.signs.push(`a request to ${request.url().slice(0, 80)}`);
    });
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) this.signs.push('a frame');
    });
    page.on('dialog', (dialog) => void dialog.dismiss());
  }

  /** Looks for markup that none of our components draws; gives the page's text. */
  async read(page: Page): Promise<string> {
    const { found, text } = await page.evaluate(() => {
      const found: string[] = [];
      for (const element of document.body.querySelectorAll('*')) {
        const handler = element.getAttributeNames().find((name) => name.startsWith('on'));
        if (handler) found.push(`${element.localName} has ${handler}`);
        const [link] = [element.getAttribute('href'), element.getAttribute('src')].filter((to) => to && /^\s*(javascript|data|vbscript):/i.test(to));
        if (link) found.push(`${element.localName} leads to ${link.slice(0, 60)}`);
      }
      const strange = 'script, iframe, object, embed, img, video, audio, base, meta, link, style, marquee, form[action], math, template';
      for (const element of document.body.querySelectorAll(strange)) found.push(`there is a ${element.localName}`);
      const typed = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((field) => field.value);
      const offered = [...document.querySelectorAll('option')].map((option) => option.text);
      return { found, text: [document.body.innerText, ...typed, ...offered].join('\n') };
    });
    this.signs.push(...found);
    return text;
  }
}

/** How many of these texts run when a page without a policy takes them as HTML and somebody uses it. */
export async function ranAsHtml(browser: Browser, texts: readonly string[]): Promise<number> {
  let ran = 0;
  for (let from = 0; from < texts.length; from += TOGETHER) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      page.on('dialog', (dialog) => void dialog.dismiss());
      await page.setContent('<!doctype html><title>control</title><body></body>');
      const some = { texts: texts.slice(from, from + TOGETHER), signs: SIGNS };
      // A text that keeps the page busy for ever is not counted.
      const late = new Promise<number>((done) => setTimeout(() => done(0), 30_000));
      ran += await Promise.race([page.evaluate(taken, some), late]);
    } finally {
      await context.close().catch(() => undefined);
    }
  }
  return ran;
}

/** Takes each text as the HTML of a frame of its own; how many of them called a sign. Sent to the page as text. */
async function taken({ texts, signs }: { texts: readonly string[]; signs: readonly string[] }): Promise<number> {
  const ran = new Set<unknown>();
  addEventListener('message', ({ data }) => ran.add(data));
  const frames = texts.map((text, at) => {
    const frame = document.createElement('iframe');
    // Its own page may do what it likes, but not leave with ours.
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
    const hooks = signs.map((sign) => `window.${sign} = () => parent.postMessage(${at}, '*');`).join('');
    frame.srcdoc = `<!doctype html><body><script>${hooks}<\/script>${text}</body>`;
    return frame;
  });
  const loaded = frames.map((frame) => new Promise((done) => frame.addEventListener('load', done)));
  document.body.append(...frames);
  // Pictures that are nowhere fail by themselves; some frames never end loading.
  await Promise.race([Promise.all(loaded), new Promise((done) => setTimeout(done, 5_000))]);
  // Most wait for what a person does: a click, a pointer that moves, a key.
  for (const { contentDocument } of frames) {
    for (const element of contentDocument?.querySelectorAll('*') ?? []) {
      for (const name of element.getAttributeNames()) {
        if (name.startsWith('on')) element.dispatchEvent(new Event(name.slice(2)));
      }
      if (/^\s*javascript:/i.test(element.getAttribute('href') ?? '')) element.dispatchEvent(new MouseEvent('click', { cancelable: true }));
    }
  }
  await new Promise((done) => setTimeout(done, 500));
  return ran.size;
}
