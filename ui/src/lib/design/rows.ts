// Moving through the rows of a list by keyboard: arrows, Home, End inside it; j and k from anywhere.
// Rows carry `data-row`, their container `data-rows`; one row at a time is in the tab order.

/** Moves the focus by `step` rows, from the focused row or else the chosen one. */
export function moveRow(container: Element | null, step: number): boolean {
  const rows = rowsOf(container);
  if (rows.length === 0) return false;
  const from = rows.findIndex((row) => row === document.activeElement);
  const chosen = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true');
  const start = from >= 0 ? from + step : chosen >= 0 ? chosen + step : step > 0 ? 0 : rows.length - 1;
  focusRow(rows, Math.min(Math.max(start, 0), rows.length - 1));
  return true;
}

/** Svelte action for the container. */
export function rowKeys(container: HTMLElement): { destroy(): void } {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = rowsOf(container);
    if (!rows.some((row) => row === event.target)) return;
    if (event.key === 'ArrowDown') moveRow(container, 1);
    else if (event.key === 'ArrowUp') moveRow(container, -1);
    else if (event.key === 'Home') focusRow(rows, 0);
    else if (event.key === 'End') focusRow(rows, rows.length - 1);
    else return;
    event.preventDefault();
  };
  container.addEventListener('keydown', onkeydown);
  return { destroy: () => container.removeEventListener('keydown', onkeydown) };
}

function rowsOf(container: Element | null): HTMLElement[] {
  return container ? [...container.querySelectorAll<HTMLElement>('[data-row]')] : [];
}

function focusRow(rows: HTMLElement[], index: number): void {
  rows[index]?.focus();
}
