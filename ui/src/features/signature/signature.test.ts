import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { record } from '../../../tests/fixture/audit';
import { proposal, signature, signedRecord } from '../../../tests/fixture/signature';
import { history, savedFile } from '../../../tests/fixture/views';
import { Asked } from '../../lib/ipc/asked.svelte';
import { CallError, type HistoryView, type RecordView, type SignatureView } from '../../lib/ipc/client';
import { checkOf, reviewedWords, sectionsOf, sheetOf } from '../../lib/words/signature';
import Drawer from '../audit/Record.svelte';
import History from '../review/History.svelte';
import Signatures from './Signatures.svelte';

const paper = () => document.querySelector<HTMLElement>('body > .paper')!;
const refused = new CallError({ code: 'verification_failed', message: 'a signature on record does not hold', hint: '', incident: '' });

function shown(signatures: SignatureView[], saveProof = vi.fn().mockResolvedValue(savedFile)) {
  const calls = { signedRecord: vi.fn().mockResolvedValue({ ...signedRecord, signatures }), saveProof };
  const onclose = vi.fn();
  render(Signatures, { seq: 12_493, onclose, calls });
  return { calls, onclose };
}

describe('a signature in words', () => {
  it.each<[Partial<typeof signature.reviewed>, string]>([
    [{}, 'Opened Overview, Changes; 1 min 14 s'],
    [{ parts: [], seconds: 3 }, 'Opened no part; 3 s'],
    [
      { hidden_characters: 1, artefact_checked: true, seconds: 3674 },
      'Opened Overview, Changes; 1 h 1 min 14 s; 1 hidden character acknowledged; artefact checked',
    ],
  ])('%j', (given, words) => expect(reviewedWords({ ...signature.reviewed, ...given })).toBe(words));

  it('has every fact of the statement and of its place, digests in full', () => {
    const said = JSON.stringify(sectionsOf(signature)).replaceAll(String.raw`\n`, ' ').replaceAll(' ', '');
    const { reviewed, logged, request } = signature;
    const facts = [
      signature.subject, signature.digest, signature.meaning, signature.reason, signature.signer.name, signature.signer.id,
      signature.keyid, signature.conditions.slice(1), request.id, request.reason, request.by.name, signature.policy_sha256,
      reviewed.base_sha256, reviewed.log_root, reviewed.documents[0]?.value, logged.leaf_hash, logged.statement_sha256,
      logged.log_root, signature.workspace_id, signature.tenant_id, signature.device_id, signature.correlation_id, logged.action,
    ];
    expect(facts.filter((fact) => !said.includes(String(fact).replaceAll(' ', '')))).toEqual([]);
    // The control: a fact of another signature is not there.
    expect(said).not.toContain(proposal.logged.statement_sha256);
  });

  it('says the time in UTC with its date, and by the clock of this computer with its offset', () => {
    const by = sectionsOf(signature).find(({ title }) => title === 'By')!.entries;
    expect(by.find(({ label }) => label === 'Time, UTC')?.value).toBe('24 Nov 2026, 14:07:31 UTC');
    expect(by.find(({ label }) => label === 'Time, local')?.value).toMatch(/ UTC[+−]\d\d:\d\d, by the clock of the computer/u);
  });

  it('says how a stranger checks it, and what there is no file of', () => {
    expect(checkOf(signature).commands).toEqual(['countersign evidence verify EVIDENCE.countersign.json --trust TRUST.json']);
    expect(checkOf(proposal).commands[0]).toBe('countersign audit proof 12501 -o record-12501.tlog-proof');
    expect(checkOf(proposal).notes[0]).toContain('no evidence file');
  });

  it('says on paper when a key was found compromised, and what a change is', () => {
    const text = JSON.stringify(sheetOf({ ...proposal, key_since: 'Found compromised from #9 on: this signature is void.' }));
    expect(text).toContain('this signature is void');
    expect(text).toContain('Kenji Morimoto becomes Approver in retail-eu.');
  });
});

describe('what was signed with a record', () => {
  it('is read from the core, printed, and taken away as evidence', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => {});
    const { calls } = shown([signature]);
    const dialog = await screen.findByRole('dialog', { name: 'Signature, record #12,493' });
    await within(dialog).findByText('Amara Okafor');
    expect(calls.signedRecord).toHaveBeenCalledWith(12_493);
    await fireEvent.click(screen.getByRole('button', { name: 'Print…' }));
    expect(print).toHaveBeenCalledTimes(1);
    expect(within(paper()).getByText(signature.title)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Save evidence' }));
    expect(calls.saveProof).toHaveBeenCalledWith({ what: 'evidence', request_id: signature.evidence_of });
    expect(await screen.findByText(savedFile.name)).toBeTruthy();
    print.mockRestore();
  });

  it('has a sheet of paper for each signature, and takes them along when it closes', async () => {
    const view = render(Signatures, {
      seq: 1,
      onclose: () => {},
      calls: { signedRecord: vi.fn().mockResolvedValue({ seq: 1, signatures: [proposal, signature] }), saveProof: vi.fn() },
    });
    await vi.waitFor(() => expect(paper()?.querySelectorAll('section')).toHaveLength(2));
    view.unmount();
    expect(paper()).toBeNull();
  });

  it('shows texts as text, on paper too', async () => {
    shown([{ ...signature, reason: '<img src=x onerror=alert(1)>', signer: { ...signature.signer, name: '<b>Eve</b>' } }]);
    await screen.findByText('<b>Eve</b>', { selector: 'dialog *' });
    expect(document.querySelector('img')).toBeNull();
    expect(paper().textContent).toContain('<img src=x onerror=alert(1)>');
  });

  it('says that a record binds none, with a way back', async () => {
    const { onclose } = shown([]);
    expect(await screen.findByText('Nothing is signed here')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(onclose).toHaveBeenCalled();
  });

  it('says what does not hold, prints nothing then, and can be asked again', async () => {
    const calls = { signedRecord: vi.fn().mockRejectedValueOnce(refused).mockResolvedValue(signedRecord), saveProof: vi.fn() };
    render(Signatures, { seq: 12_493, onclose: () => {}, calls });
    expect((await screen.findByRole('alert')).textContent).toContain('signature on record');
    expect(screen.queryByRole('button', { name: 'Print…' })).toBeNull();
    expect(paper()).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('button', { name: 'Print…' })).toBeTruthy();
  });
});

describe('the time line', () => {
  function line(entries: HistoryView[]) {
    const asked = new Asked<HistoryView[]>();
    asked.value = entries;
    render(History, { history: asked, onretry: () => {} });
  }

  it('shows the recorded review beside each decision, and leads to what was signed', () => {
    line(history);
    expect(screen.getAllByText('Opened Overview, Changes; 1 min 14 s')).toHaveLength(4);
    expect(screen.getByRole('button', { name: 'Signature #12,461…' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Signature #4,811…' })).toBeTruthy();
    expect(screen.getAllByRole('button')).toHaveLength(4);
  });

  it('says where the statement is not the one on record', () => {
    line([{ ...history[0]!, signed: { seq: 12_461, reviewed: null } }]);
    expect(screen.getByText('The statement that lies here is not the one on record.')).toBeTruthy();
    expect(screen.queryByText(/^Opened/u)).toBeNull();
  });
});

describe('a record of the audit trail', () => {
  it.each([
    ['approval.vote', 'model/credit-pd@7', 1],
    ['prompt.revoke', 'prompt/kyc@1', 1],
    ['role.grant', 'person/person/1', 1],
    ['tenant.create', 'tenant/retail-eu', 1],
    ['approval.request', 'change/0193', 1],
    ['approval.request', 'model/credit-pd@7', 0],
    ['approval.approve', 'model/credit-pd@7', 0],
    ['device.revoked', 'device/1', 0],
    ['session.sign_in', 'person/person/1', 0],
  ])('%s of %s leads to %i signature', (action, resource, leads) => {
    const asked = new Asked<RecordView>();
    const shown = record(12_489);
    asked.value = { ...shown, row: { ...shown.row, action, resource } };
    const nothing = () => {};
    render(Drawer, { seq: 12_489, record: asked, onretry: nothing, onfollow: nothing, onclose: nothing });
    expect(screen.queryAllByRole('button', { name: 'Signature…' })).toHaveLength(leads);
  });
});
