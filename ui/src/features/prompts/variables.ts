// The variables of a draft, as the core finds them in what is stored: two braces that hold a name on one
// line. For the list beside the editor; what is stored is read by the core.

/** Names in order of first appearance, each once, trimmed. */
export function variablesOf(text: string): string[] {
  const names = [...text.matchAll(/\{\{([^{}\n]+)\}\}/gu)].map((found) => (found[1] ?? '').trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
