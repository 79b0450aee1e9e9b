import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { create, kit, waiting } from '../../tests/fixture/keychain';
import { SigningPage } from './controller.svelte';
import Create from './Create.svelte';
import Kit from './Kit.svelte';

function pageWith() {
  const calls = {
    saveKit: vi.fn().mockResolvedValue({ ...kit, saved: true }),
    printKit: vi.fn().mockResolvedValue({ ...kit, printed: true }),
    tryKit: vi.fn().mockResolvedValue(kit),
    kitSaved: vi.fn().mockResolvedValue({ purpose: 'idle' }),
    cancelSigning: vi.fn().mockResolvedValue(null),
  };
  return { calls, page: new SigningPage(calls as never) };
}
const button = (name: string) => screen.getByRole('button', { name });
const isPrimary = (name: string) => button(name).classList.contains('primary');

describe('the recovery kit', () => {
  it('is kept, tried and confirmed, each in a step of its own', async () => {
    const { page, calls } = pageWith();
    render(Kit, { page, view: kit });
    const steps = within(screen.getByRole('list', { name: 'Steps' })).getAllByRole('listitem');
    expect(steps.map((step) => step.querySelector('b')?.textContent)).toEqual(['1. Keep it.', '2. Try it.', '3. Confirm.']);
    await fireEvent.click(button('Print kit…'));
    expect(calls.printKit).toHaveBeenCalledOnce();
    expect(page.view).toMatchObject({ printed: true });
    await fireEvent.click(button('I have kept it'));
    expect(calls.kitSaved).toHaveBeenCalledOnce();
  });

  it.each([
    [kit, '', '', false],
    [{ ...kit, saved: true }, 'Saved', '', true],
    [{ ...kit, printed: true }, 'Sent to the print dialog', '', true],
    [{ ...kit, printed: true, tried: true }, 'Sent to the print dialog', 'The kit fits', true],
  ])('says what was done, and confirming comes after keeping (%#)', (view, keptSo, triedSo, confirms) => {
    render(Kit, { page: pageWith().page, view });
    expect(screen.getByRole('status', { name: 'Kept' }).textContent).toContain(keptSo);
    expect(screen.getByRole('status', { name: 'Tried' }).textContent).toContain(triedSo);
    expect([isPrimary('I have kept it'), isPrimary('Save kit')]).toEqual([confirms, !confirms]);
  });

  it('has all of it on paper: whose it is, both lines and what each does, and no button', () => {
    render(Kit, { page: pageWith().page, view: kit });
    const paper = document.querySelector<HTMLElement>('.paper')!;
    const text = paper.textContent!;
    for (const part of [kit.title, kit.workspace_id, '24 Nov 2026', kit.secret!, kit.recovery, 'stored texts', 'enrols a new key', 'In a safe']) {
      expect(text).toContain(part);
    }
    expect(paper.querySelectorAll('button, a, input')).toHaveLength(0);
    expect(paper.querySelectorAll('.group')).toHaveLength(22);
  });

  it('leaves SECRET out where ENCRYPTION_KEY is the secret, and says so', () => {
    render(Kit, { page: pageWith().page, view: { ...kit, secret: null } });
    const paper = document.querySelector<HTMLElement>('.paper')!;
    expect(paper.querySelectorAll('.group')).toHaveLength(11);
    expect(paper.textContent).toContain('ENCRYPTION_KEY');
  });
});

describe('the sheet that makes a workspace', () => {
  it('shows the keychain as the core found it', () => {
    render(Create, { page: pageWith().page, view: { ...create, keychain: waiting } });
    expect(screen.getByText('Locked, waits for you')).toBeTruthy();
    expect(screen.getByText(`${waiting.detail} ${waiting.next}`)).toBeTruthy();
    expect(screen.getByText(waiting.here.title).closest('details')?.open).toBe(false);
  });

  it('says where the keys lie instead', () => {
    render(Create, { page: pageWith().page, view: { ...create, keys: 'key_file', keychain: null } });
    expect(screen.getByText(/in a file of the workspace folder/u)).toBeTruthy();
    expect(screen.queryByText('Available')).toBeNull();
  });
});
