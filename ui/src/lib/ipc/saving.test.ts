import { describe, expect, it, vi } from 'vitest';
import type { ErrorView, ProofDraft } from './client';
import { CallError } from './client';
import { Saving } from './saving.svelte';

const draft: ProofDraft = { what: 'log' };
const file = { name: 'log.range.jsonl', sha256: '00' };

describe('a proof that is taken away', () => {
  it('is told by its name once it is saved', async () => {
    const saveProof = vi.fn().mockResolvedValue(file);
    const saving = new Saving({ saveProof });
    const saved = saving.save(draft);
    expect(saving.busy).toBe('log');
    await saving.save(draft);
    await saved;
    expect(saveProof).toHaveBeenCalledExactlyOnceWith(draft);
    expect([saving.busy, saving.saved, saving.failure]).toEqual([null, file, null]);
  });

  it('is told to have failed in words, and no longer to be saved', async () => {
    const refusal: ErrorView = { code: 'already_exists', message: 'log is there already.', hint: '', incident: '' };
    const saveProof = vi.fn().mockResolvedValueOnce(file).mockRejectedValueOnce(new CallError(refusal));
    const saving = new Saving({ saveProof });
    await saving.save(draft);
    await saving.save(draft);
    expect(saving.saved).toBeNull();
    expect(saving.failure?.sentence).toContain('log is there already');
  });

  it('is nothing when the person turns back', async () => {
    const saving = new Saving({ saveProof: vi.fn().mockResolvedValue(null) });
    await saving.save(draft);
    expect([saving.saved, saving.failure]).toEqual([null, null]);
  });
});
