// The place of what is protected: which versions, and what becomes of asking.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import '../../../tests/fixture/ipc';
import { CallError, core } from '../../lib/ipc/client';
import Protected from './Protected.svelte';

const tell = (event: string) => (window as unknown as { __tell: (event: string) => void }).__tell(event);

describe('what is protected', () => {
  it.each([
    ['prompt' as const, ['3'], 'The text of @3 is protected', ['Reveal…']],
    ['model' as const, ['7'], 'The card of @7 is protected', ['Reveal…']],
    ['prompt' as const, ['2', '3'], 'Texts of versions 2 and 3 are protected', ['Reveal version 2…', 'Reveal version 3…']],
  ])('of a %s, %j, says so and offers to reveal each', (kind, versions, title, buttons) => {
    render(Protected, { kind, name: 'kyc/letters', versions });
    expect(screen.getByRole('heading').textContent).toBe(title);
    expect(screen.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(buttons);
  });

  it('asks the core for exactly that version, and may be asked again after a no', async () => {
    const reveal = vi.spyOn(core, 'reveal').mockResolvedValue(null);
    render(Protected, { kind: 'prompt', name: 'kyc/letters', versions: ['3'] });
    await fireEvent.click(screen.getByRole('button', { name: 'Reveal…' }));
    expect(reveal).toHaveBeenCalledExactlyOnceWith('prompt', 'kyc/letters', '3');
    expect(await screen.findByText('Go on in the signing window.')).toBeTruthy();
    tell('signing-finished');
    await vi.waitFor(() => expect(screen.queryByText('Go on in the signing window.')).toBeNull());
  });

  it('says why it cannot be revealed', async () => {
    const view = { code: 'verification_failed' as const, message: 'The log has lost its anchor.', hint: 'An admin sets it anew.', incident: '' };
    vi.spyOn(core, 'reveal').mockRejectedValue(new CallError(view));
    render(Protected, { kind: 'model', name: 'credit-pd', versions: ['7'] });
    await fireEvent.click(screen.getByRole('button', { name: 'Reveal…' }));
    expect((await screen.findByRole('alert')).textContent).toContain('lost its anchor');
  });
});
