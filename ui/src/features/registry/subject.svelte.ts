// One model or prompt with its versions. Which one is open stands in the address: `credit-pd@6`; without
// a version it is the newest. Names hold no "@".

import type { SubjectPage, VersionView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

export class Subject {
  readonly page = new Asked<SubjectPage>();
  name = $state('');
  #chosen = $state('');
  #read: (name: string) => Promise<SubjectPage>;

  constructor(read: (name: string) => Promise<SubjectPage>) {
    this.#read = read;
  }

  get versions(): VersionView[] {
    return this.page.value?.versions ?? [];
  }

  /** The version that the address names; empty: none. */
  get chosen(): string {
    return this.#chosen;
  }

  /** The version in front. */
  get version(): VersionView | undefined {
    return this.versions.find((version) => version.version === this.#chosen) ?? this.versions[0];
  }

  /** The version in force: of several, the one approved last. */
  get inForce(): VersionView | undefined {
    return this.versions
      .filter((version) => version.effect === 'in_force')
      .reduce<VersionView | undefined>(
        (last, version) => ((version.approved_at ?? '') > (last?.approved_at ?? '') ? version : last),
        undefined,
      );
  }

  /** Opens what an address names; the same name again is not asked for anew. */
  async open(address: string): Promise<void> {
    const { name, version } = parseSubject(address);
    this.#chosen = version;
    if (name === this.name) return;
    this.name = name;
    this.page.forget();
    if (name) await this.load();
  }

  load(): Promise<boolean> {
    const { name } = this;
    return this.page.ask(() => this.#read(name));
  }
}

/** `credit-pd@6` → name and version. */
export function parseSubject(address: string): { name: string; version: string } {
  const at = address.indexOf('@');
  return at < 0 ? { name: address, version: '' } : { name: address.slice(0, at), version: address.slice(at + 1) };
}

/** The address of a version. */
export function subjectAddress(name: string, version: string): string {
  return `${name}@${version}`;
}
