// What every file of looks begins and ends with.

import { afterAll, beforeAll, expect, inject } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { seated } from './act';
import { copyOf, demoPassphrase, folder } from './bridge';
import { Looks, MODES } from './look';
import { WALKED, type Walk } from './screens';
import { startBrowser, Windows } from './windows';

/** The looks of one file of tests, on one browser. */
export class Walkthrough {
  readonly looks = new Looks();
  passphrase = '';
  browser!: Browser;

  /** Sets the file up; other screens than its own, or fewer looks and stops than `floor`, mean that something was not
      looked at. */
  constructor(walk: Walk, floor: { looks: number; stops: number }) {
    beforeAll(async () => {
      this.browser = await startBrowser();
      this.passphrase = demoPassphrase(inject('home'));
    });
    afterAll(async () => {
      await this.browser.close();
      const { screens, looks, ruled, stops } = this.looks;
      const told = `${screens.size} screens, ${looks} looks (${ruled} with axe), ${stops} stops by Tab`;
      console.log(`browser: ${told}, ${this.looks.told().length} faults`);
      expect([...screens].sort(), told).toEqual([...WALKED[walk]].sort());
      expect(looks, told).toBeGreaterThanOrEqual(floor.looks);
      expect(stops, told).toBeGreaterThanOrEqual(floor.stops);
    });
  }

  /** Works at windows on a copy of the demo with somebody signed in; all that was found in them fails the test. */
  async as(name: string, work: (windows: Windows) => Promise<void>): Promise<void> {
    await this.on(copyOf(inject('home')), async (windows) => {
      await seated(windows, name, this.passphrase);
      await work(windows);
    });
  }

  /** The same on a home, or on one in which nothing is. */
  async on(home: string | null, work: (windows: Windows) => Promise<void>): Promise<void> {
    const before = this.looks.told().length;
    const windows = await Windows.on(this.browser, home ?? folder());
    try {
      await work(windows);
    } finally {
      await windows.end();
    }
    expect([...this.looks.told().slice(before), ...windows.complaints]).toEqual([]);
  }

  async main(screen: string, windows: Windows): Promise<void> {
    await windows.settled();
    await this.looks.at(screen, windows.main);
  }

  sheet = (screen: string, signing: Page): Promise<void> => this.looks.at(`signing: ${screen}`, signing, MODES.signing);
}
