// A stored record indented for reading. Works on the text itself and parses nothing, so that no number or
// key can change on the way; characters that cannot be seen are written out as JSON escapes them.

export type Piece = { kind: 'key' | 'text'; text: string };

const INDENT = '  ';
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

export function indented(leaf: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  const put = (kind: Piece['kind'], text: string) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  const line = () => `\n${INDENT.repeat(depth)}`;
  // Strings, empty containers, structure, and everything else.
  for (const [token] of leaf.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|\{\s*\}|\[\s*\]|[{}[\],]|[^"{}[\],]+/gsu)) {
    if (token.startsWith('"') && token.endsWith(':')) {
      put('key', shown(token.slice(0, -1).trimEnd()));
      put('text', ': ');
    } else if (token === '{' || token === '[') {
      depth++;
      put('text', `${token}${line()}`);
    } else if (token === '}' || token === ']') {
      depth = Math.max(depth - 1, 0);
      put('text', `${line()}${token}`);
    } else if (token === ',') {
      put('text', `,${line()}`);
    } else if (token.trim()) {
      put('text', shown(token.startsWith('"') ? token : token.trim()));
    }
  }
  return pieces;
}

function shown(text: string): string {
  return text.replace(UNSEEN, (unseen) =>
    Array.from({ length: unseen.length }, (_, at) => `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
