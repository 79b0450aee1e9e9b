// The one table of errors: a title, a sentence and a next step for every code of the core. The core's
// own message and hint stand in place of sentence and next step where it sends them: it knows more.

import type { FailureText } from '../design/Failure.svelte';
import type { ErrorCode } from './bindings';
import { CallError } from './client';

type Texts = { title: string; sentence: string; next: string };

export const ERROR_TEXTS: Record<ErrorCode, Texts> = {
  invalid_input: {
    title: 'Something is not filled in right',
    sentence: 'A text is empty, too long or not of the expected form.',
    next: 'Correct it and try again; nothing you typed is lost.',
  },
  already_exists: {
    title: 'This exists already',
    sentence: 'Something of this name or version is there already.',
    next: 'Choose another name or version.',
  },
  not_found: {
    title: 'Not found',
    sentence: 'There is nothing of that name here that you may see.',
    next: 'Check the name, and the tenant in front.',
  },
  not_signed_in: {
    title: 'Nobody is signed in',
    sentence: 'The console is locked, or your session has ended.',
    next: 'Sign in; your place is kept.',
  },
  not_allowed: {
    title: 'Not yours to do',
    sentence: 'Your role here does not allow it, or it needs other eyes than yours. The attempt is on record.',
    next: 'Ask someone whose name stands at the signature lines.',
  },
  invalid_state: {
    title: 'Already settled',
    sentence: 'The request was decided, withdrawn or superseded meanwhile.',
    next: 'Look at its history to see by whom.',
  },
  stale_review: {
    title: 'It changed while you were reading',
    sentence: 'What you reviewed is not what is stored now, so nothing was signed.',
    next: 'Open it again and read what changed.',
  },
  hidden_characters: {
    title: 'Hidden characters first',
    sentence: 'The bytes contain characters that cannot be seen.',
    next: 'Look at them under Changes and acknowledge them.',
  },
  protected: {
    title: 'Protected',
    sentence: 'It is of tier high, and was not revealed in this session.',
    next: 'Reveal it first; that you do goes on record.',
  },
  not_approved: {
    title: 'Not approved',
    sentence: 'This version is not approved, or not in force any more.',
    next: 'Open its request to see what is missing.',
  },
  wrong_passphrase: {
    title: 'Wrong passphrase',
    sentence: 'This passphrase does not open your key. The attempt is on record.',
    next: 'Type it again; your reason is kept.',
  },
  throttled: {
    title: 'Too many attempts',
    sentence: 'After several wrong passphrases the console waits before the next one.',
    next: 'Wait a moment, then try again.',
  },
  weak_passphrase: {
    title: 'This passphrase is too short',
    sentence: 'It could be guessed by someone who copies the file.',
    next: 'Take four or five words that do not belong together.',
  },
  artefact: {
    title: 'The artefact cannot be taken',
    sentence: 'It is missing, unreadable, of a refused kind, or it changed while it was read.',
    next: 'Check the file or folder and choose it again.',
  },
  artefact_unchecked: {
    title: 'The artefact is not checked',
    sentence: 'The policy asks for a check of the artefact before anybody decides on it, and for an approval that it matches.',
    next: 'Choose the file or folder under Artefact; then sign.',
  },
  file: {
    title: 'A file cannot be used',
    sentence: 'A file or folder cannot be read or written.',
    next: 'Check that it is there and that you may write to it.',
  },
  loose_permissions: {
    title: 'Others on this computer can read the workspace',
    sentence: 'Its folder or a file in it is open to other users, so it was not opened.',
    next: 'Take away the rights of group and others, then try again.',
  },
  keychain: {
    title: 'The keychain does not answer',
    sentence: 'It is locked, or no keychain runs in this session.',
    next: 'Unlock it in the window of your system, then try again.',
  },
  encryption: {
    title: 'A key does not fit',
    sentence: 'A stored secret cannot be opened with the key of this computer.',
    next: 'Check which keychain or key file is in use; the recovery kit can help.',
  },
  database_busy: {
    title: 'The database is in use',
    sentence: 'Another process holds it, so nothing was changed.',
    next: 'Close the other console or command and try again.',
  },
  database_read_only: {
    title: 'The database is read-only',
    sentence: 'The folder or its disk does not allow writing, so nothing was changed.',
    next: 'Make it writable and try again.',
  },
  disk_full: {
    title: 'The disk is full',
    sentence: 'Nothing was changed, and nothing is half-written.',
    next: 'Free some space and try again.',
  },
  database_newer: {
    title: 'This workspace needs a newer Countersign',
    sentence: 'A newer version has written its database.',
    next: 'Update this program; the workspace is unharmed.',
  },
  no_workspace: {
    title: 'No workspace here',
    sentence: 'The folder holds no workspace, or its file is damaged or not ours.',
    next: 'Choose another folder, or restore a backup.',
  },
  verification_failed: {
    title: 'The log does not verify',
    sentence: 'A signature, a seal, the anchor or the log itself does not hold, so nothing was signed or changed.',
    next: 'Read under Audit what does not hold; an admin decides what is done about it.',
  },
  unexpected: {
    title: 'Something unexpected happened',
    sentence: 'The console could not do this.',
    next: 'Try again; if it comes back, give an admin the incident below.',
  },
};

/** Anything that was thrown, in words. */
export function describe(thrown: unknown): FailureText {
  if (!(thrown instanceof CallError)) {
    return { ...ERROR_TEXTS.unexpected, incident: '' };
  }
  const { code, message, hint, incident } = thrown.view;
  const texts = ERROR_TEXTS[code] ?? ERROR_TEXTS.unexpected;
  return { title: texts.title, sentence: message || texts.sentence, next: hint || texts.next, incident };
}
