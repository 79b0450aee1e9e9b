// A signature in words, for receipts, the time line and paper: every fact comes from the signed statement or
// from where the log has it, as the core read them back. Facts only: nothing here judges a review.

import { capitalised, count, digestLines, plural, time, type Sheet } from '../design';
import type { ReviewedView, SignatureView } from '../ipc/client';

type Entry = Sheet['sections'][number]['entries'][number];
type Section = { title: string; entries: Entry[] };

/** `Overview, Changes`. */
export function partsOf(reviewed: ReviewedView): string {
  return reviewed.parts.length === 0 ? 'None' : reviewed.parts.map(capitalised).join(', ');
}

/** `Opened Overview, Changes; 1 min 14 s; 2 hidden characters acknowledged; artefact checked`. */
export function reviewedWords(reviewed: ReviewedView): string {
  const said = [
    reviewed.parts.length === 0 ? 'Opened no part' : `Opened ${partsOf(reviewed)}`,
    time.length(reviewed.seconds),
  ];
  if (reviewed.hidden_characters > 0) said.push(`${plural(reviewed.hidden_characters, 'hidden character')} acknowledged`);
  if (reviewed.artefact_checked) said.push('artefact checked');
  return said.join('; ');
}

/** What stands on the signature page, part by part. */
export function sectionsOf(view: SignatureView): Section[] {
  return [
    { title: 'Signed', entries: signed(view) },
    { title: 'By', entries: by(view) },
    { title: 'Review, as it was signed', entries: review(view) },
    { title: 'Request', entries: request(view) },
    { title: 'In the log', entries: log(view) },
  ];
}

/** The signature page. */
export function sheetOf(view: SignatureView): Sheet {
  const check = checkOf(view);
  return {
    kind: `Countersign signature page, ${view.workspace}`,
    title: view.title,
    sections: sectionsOf(view),
    notes: ['This page is a copy to be read. What counts is the signed statement, which the log holds.', ...check.notes],
    commands: check.commands,
    seal: view.digest,
  };
}

/** How somebody who trusts neither this page nor this computer checks it. */
export function checkOf(view: SignatureView): { notes: string[]; commands: string[] } {
  const { seq } = view.logged;
  if (view.evidence_of) {
    return {
      notes: [
        'To check it without this computer: save the evidence of the decision, get the trust file of the tenant by a way you trust, and compare its SHA-256 by voice.',
      ],
      commands: [`countersign evidence verify EVIDENCE.countersign.json --trust TRUST.json`],
    };
  }
  return {
    notes: [
      'There is no evidence file of this signature alone. That its record stands in the log is proven by a file of its own; who may sign is proven by the whole log.',
    ],
    commands: [`countersign audit proof ${seq} -o record-${seq}.tlog-proof`, 'countersign audit verify'],
  };
}

function digest(text: string): string {
  return digestLines(text).join(' ');
}

function signed(view: SignatureView): Entry[] {
  return [
    { label: 'Decision', value: capitalised(view.decision) },
    { label: 'Meaning', value: `“${view.meaning}”` },
    ...(view.change ? [{ label: 'Change', value: view.change }] : []),
    { label: 'Subject', value: view.subject, bytes: true },
    { label: `Digest, ${view.digest_kind}`, value: digest(view.digest), bytes: true },
    ...(view.tier ? [{ label: 'Tier', value: capitalised(view.tier) }] : []),
    { label: 'Reason', value: view.reason },
    { label: 'Conditions', value: view.conditions ? capitalised(view.conditions.charAt(0)) + view.conditions.slice(1) : 'None' },
  ];
}

function by(view: SignatureView): Entry[] {
  return [
    { label: 'Name', value: view.signer.name },
    { label: 'Role', value: capitalised(view.role) },
    { label: 'Time, UTC', value: time.full(view.decided_at) },
    { label: 'Time, local', value: `${time.local(view.decided_at)}, by the clock of the computer that shows this` },
    { label: 'Key', value: digest(view.keyid), bytes: true },
    ...(view.key_since ? [{ label: 'Key since', value: view.key_since }] : []),
    { label: 'Person', value: view.signer.id, bytes: true },
  ];
}

function review(view: SignatureView): Entry[] {
  const seen = view.reviewed;
  return [
    { label: 'Parts opened', value: partsOf(seen) },
    { label: 'Opened', value: time.full(seen.opened_at) },
    { label: 'In front', value: time.length(seen.seconds) },
    { label: 'Hidden characters', value: seen.hidden_characters > 0 ? `${count(seen.hidden_characters)}, acknowledged` : 'None' },
    { label: 'Artefact', value: artefactWord(view) },
    { label: 'Compared with', value: seen.base_sha256 ? digest(seen.base_sha256) : 'Nothing', bytes: seen.base_sha256 !== null },
    ...seen.documents.map((one): Entry => ({ label: capitalised(one.label), value: digest(one.value), bytes: true })),
    { label: 'Log then', value: `${plural(seen.log_size, 'record')}, root\n${digest(seen.log_root)}`, bytes: true },
  ];
}

/** Only an approval says that what was checked is what is approved: whoever rejects may have found another. */
function artefactWord(view: SignatureView): string {
  if (!view.reviewed.artefact_checked) return 'Not checked in the review';
  return view.decision === 'APPROVED' ? 'Checked in the review: it matches' : 'Checked in the review';
}

function request(view: SignatureView): Entry[] {
  return [
    { label: 'Asked by', value: view.request.by.name },
    { label: 'Asked', value: time.full(view.request.at) },
    { label: 'Asked because', value: view.request.reason },
    { label: 'Request', value: view.request.id, bytes: true },
    ...(view.policy_sha256 ? [{ label: 'Policy', value: digest(view.policy_sha256), bytes: true }] : []),
  ];
}

function log(view: SignatureView): Entry[] {
  const at = view.logged;
  const root = `${plural(at.log_size, 'record')}${at.checkpoint ? ', under a signed checkpoint' : ', not under a signed checkpoint yet'}, root\n${digest(at.log_root)}`;
  return [
    { label: 'Record', value: `#${count(at.seq)}, ${at.action}, ${time.full(at.at)}` },
    { label: 'Statement', value: digest(at.statement_sha256), bytes: true },
    { label: 'Record’s hash', value: digest(at.leaf_hash), bytes: true },
    { label: 'Log', value: root, bytes: true },
    { label: 'Tenant', value: view.tenant_id, bytes: true },
    { label: 'Workspace', value: view.workspace_id, bytes: true },
    ...(view.device_id ? [{ label: 'Device', value: view.device_id, bytes: true }] : []),
    { label: 'Correlation', value: view.correlation_id, bytes: true },
  ];
}
