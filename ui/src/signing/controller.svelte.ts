// What the signing window shows next: always what the core answered last. A passphrase passes through
// as an argument and is held by nothing here; a refusal leaves the page as it was.

import type { FailureText } from '../lib/design';
import {
  core,
  newIdempotencyKey,
  type ConditionsDraft,
  type Core,
  type SavedFileView,
  type SigningView,
} from '../lib/ipc/client';
import { describe } from '../lib/ipc/errors';

type Calls = Pick<
  Core,
  | 'signing'
  | 'answerSignIn'
  | 'answerDecision'
  | 'answerRevocation'
  | 'answerEnrol'
  | 'answerChange'
  | 'answerConfirm'
  | 'answerCreate'
  | 'answerAlarm'
  | 'answerToken'
  | 'answerRotation'
  | 'answerReveal'
  | 'answerKeyFile'
  | 'answerNewKeyFile'
  | 'passphraseStrength'
  | 'saveKit'
  | 'printKit'
  | 'keepReason'
  | 'saveNewSecret'
  | 'newSecretSaved'
  | 'saveReceipt'
  | 'kitSaved'
  | 'tryKit'
  | 'leaveTrial'
  | 'answerKit'
  | 'loadKit'
  | 'answerRecovery'
  | 'cancelSigning'
>;

export class SigningPage {
  view = $state.raw<SigningView | null>(null);
  failure = $state<FailureText | null>(null);
  /** The file that was saved last. */
  saved = $state.raw<SavedFileView | null>(null);
  /** What is being done, in words; empty when nothing is. */
  busy = $state('');
  readonly #calls: Calls;
  /** One key for the decision that is shown: sent twice, it still signs once. */
  #key = newIdempotencyKey();

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  load = () => this.#next('Reading', () => this.#calls.signing());
  signIn = (passphrase: string) => this.#next('Opening your key', () => this.#calls.answerSignIn(passphrase));
  decide = (reason: string, conditions: ConditionsDraft, passphrase: string) =>
    this.#next('Signing', () => this.#calls.answerDecision(reason, conditions, passphrase, this.#key));
  revoke = (reason: string, acknowledged: number, passphrase: string) =>
    this.#next('Signing', () => this.#calls.answerRevocation(reason, acknowledged, passphrase, this.#key));
  enrol = (passphrase: string, repeat: string, adminPassphrase: string) =>
    this.#next('Making the key', () => this.#calls.answerEnrol(passphrase, repeat, adminPassphrase));
  change = (passphrase: string) => this.#next('Signing', () => this.#calls.answerChange(passphrase));
  confirm = (passphrase: string) => this.#next('Working', () => this.#calls.answerConfirm(passphrase));
  create = (passphrase: string, repeat: string) =>
    this.#next('Making the keys', () => this.#calls.answerCreate(passphrase, repeat));
  endAlarm = (reason: string, passphrase: string) =>
    this.#next('Recording', () => this.#calls.answerAlarm(reason, passphrase));
  createToken = (reason: string, passphrase: string) =>
    this.#next('Making the token', () => this.#calls.answerToken(reason, passphrase));
  rotate = (reason: string, passphrase: string) =>
    this.#next('Preparing the new line', () => this.#calls.answerRotation(reason, passphrase));
  reveal = (reason: string, passphrase: string) =>
    this.#next('Recording', () => this.#calls.answerReveal(reason, passphrase));
  saveNewSecret = () => this.#next('Saving', () => this.#calls.saveNewSecret());
  newSecretSaved = () => this.#next('Beginning the rotation', () => this.#calls.newSecretSaved());
  openKeyFile = (passphrase: string) =>
    this.#next('Opening the workspace', () => this.#calls.answerKeyFile(passphrase));
  newKeyFile = (passphrase: string, repeat: string) =>
    this.#next('Preparing the kit', () => this.#calls.answerNewKeyFile(passphrase, repeat));
  saveKit = () => this.#next('Saving', () => this.#calls.saveKit());
  printKit = () => this.#next('Opening the print dialog', () => this.#calls.printKit());
  tryKit = () => this.#next('Opening the trial', () => this.#calls.tryKit());
  leaveTrial = () => this.#next('Going back', () => this.#calls.leaveTrial());
  giveKit = (secret: string, recovery: string) =>
    this.#next('Reading the kit', () => this.#calls.answerKit(secret, recovery));
  loadKit = () => this.#next('Reading the kit', () => this.#calls.loadKit());
  recover = (personId: string, reason: string, passphrase: string, repeat: string) =>
    this.#next('Recovering', () => this.#calls.answerRecovery(personId, reason, passphrase, repeat));
  kitSaved = () => this.#next('Making the workspace', () => this.#calls.kitSaved());

  /** Saves the evidence of what was just decided; true once it is on the disk. */
  async saveEvidence(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = 'Saving the evidence';
    this.failure = null;
    try {
      const file = await this.#calls.saveReceipt();
      if (file) this.saved = file;
      return file !== null;
    } catch (thrown) {
      this.failure = describe(thrown);
      return false;
    } finally {
      this.busy = '';
    }
  }

  /** Tells the core what stands in the field of the reason, and the conditions beside it, in case the console
      locks. Losing that loses nothing that is still on the screen. */
  keepReason(reason: string, conditions: ConditionsDraft = { end: '', environments: '' }): void {
    void this.#calls.keepReason(reason, conditions).catch(() => undefined);
  }

  strength(passphrase: string) {
    return this.#calls.passphraseStrength(passphrase).catch(() => null);
  }

  async cancel(): Promise<void> {
    try {
      await this.#calls.cancelSigning();
    } catch (thrown) {
      this.failure = describe(thrown);
    }
  }

  async #next(busy: string, ask: () => Promise<SigningView>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = busy;
    this.failure = null;
    try {
      this.view = await ask();
      return true;
    } catch (thrown) {
      this.failure = describe(thrown);
      return false;
    } finally {
      this.busy = '';
    }
  }
}

/** Takes what was typed out of the fields: it stays nowhere but in the answer. */
export function taken(fields: readonly (HTMLInputElement | HTMLTextAreaElement | undefined)[]): string[] {
  return fields.map((field) => {
    const text = field?.value ?? '';
    if (field) field.value = '';
    return text;
  });
}
