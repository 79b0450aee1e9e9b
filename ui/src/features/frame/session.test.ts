import { describe, expect, it } from 'vitest';
import { people, person, workspace } from '../../../tests/fixture/views';
import type { SessionView } from '../../lib/ipc/client';
import { Session } from './session.svelte';

const locked: SessionView = { state: 'locked', workspace, person: person('Amara Okafor') };
const signedOut: SessionView = { state: 'signed_out', workspace, people, keys_here: true };

describe('the session', () => {
  it('an answer that a later question overtook does not stand', async () => {
    let answerLock: (view: SessionView) => void = () => undefined;
    const calls = {
      lock: () => new Promise<SessionView>((resolve) => (answerLock = resolve)),
      signOut: () => Promise.resolve(signedOut),
      session: () => Promise.resolve(signedOut),
    };
    const session = new Session(calls as never);
    const locking = session.lock();
    await session.signOut();
    answerLock(locked);
    await locking;
    expect(session.view).toEqual(signedOut);
  });

  it('a refused action leaves what the core says', async () => {
    const calls = { lock: () => Promise.reject(new Error('refused')), session: () => Promise.resolve(signedOut) };
    const session = new Session(calls as never);
    await session.lock();
    expect(session.view).toEqual(signedOut);
  });
});
