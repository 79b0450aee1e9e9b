// A backup: made once at a time, told while it is made, and named when it is there.
import '../../../tests/fixture/ipc';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { CallError, core } from '../../lib/ipc/client';
import Backup from './Backup.svelte';
import { BackingUp } from './backing-up.svelte';

const made = { name: 'northmere.countersign-backup', seq: 412, records: 12_894 };

describe('a backup', () => {
  it('is named with its record when it is made', async () => {
    const backUp = vi.spyOn(core, 'backUp').mockResolvedValue(made);
    render(Backup);
    await fireEvent.click(screen.getByRole('button', { name: 'Back up…' }));
    await vi.waitFor(() => expect(screen.getByRole('status', { name: 'Saved backup' }).textContent).toContain('#412'));
    expect(backUp).toHaveBeenCalledTimes(1);
    expect(screen.getByText(made.name)).toBeTruthy();
  });

  it('given up in the dialog says nothing; refused says why', async () => {
    const backUp = vi.fn().mockResolvedValue(null);
    const backup = new BackingUp({ backUp, cancelWork: vi.fn() });
    await backup.make();
    expect([backup.made, backup.failure, backup.progress]).toEqual([null, null, null]);
    const message = 'northmere is there already, and nothing is written over it.';
    backUp.mockRejectedValue(new CallError({ code: 'already_exists', message, hint: '', incident: '' }));
    await backup.make();
    expect(backup.failure?.sentence).toBe(message);
  });

  it('is made one at a time', async () => {
    const backUp = vi.fn().mockReturnValue(new Promise(() => {}));
    const backup = new BackingUp({ backUp, cancelWork: vi.fn() });
    void backup.make();
    void backup.make();
    expect(backUp).toHaveBeenCalledTimes(1);
    expect(backup.progress).not.toBeNull();
  });
});
