// The policy's signature lines in words.

import type { Line } from '../../lib/design';
import { count, time } from '../../lib/design';
import type { SignatureLine } from '../../lib/ipc/client';
import { roleWord } from '../../lib/words/subject';

const MOST_NAMES = 4;

export function signatureLines(lines: readonly SignatureLine[], now: number): Line[] {
  return lines.map((line, at) => ({ key: String(at), ...words(line, now) }));
}

function words(line: SignatureLine, now: number): Omit<Line, 'key'> {
  switch (line.state) {
    case 'signed': {
      const rejected = line.decision === 'REJECTED' ? 'rejected · ' : '';
      return {
        state: 'signed',
        name: line.name,
        under: `${rejected}${roleWord(line.role)} · ${time.stamp(line.at, now)} · #${count(line.seq)}`,
        title: [time.full(line.at), line.conditions].filter(Boolean).join(', '),
      };
    }
    case 'open_to_you':
      return { state: 'mine', name: 'Open to you', under: line.others.length ? `or ${names(line.others)}` : 'you alone can sign here' , title: line.others.join(', ') };
    case 'open':
      return {
        state: 'open',
        name: 'Open',
        under: line.people.length ? names(line.people) : 'nobody can sign here yet',
        title: line.people.join(', '),
      };
  }
}

function names(all: readonly string[]): string {
  const rest = all.length - MOST_NAMES;
  return rest > 0 ? `${all.slice(0, MOST_NAMES).join(', ')} and ${rest} more` : all.join(', ');
}
