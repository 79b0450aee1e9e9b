// A text that is cut shows itself whole in a tooltip; one that can be read shows none. Measured when the
// pointer comes, so that a changed width needs no watching.

import type { Attachment } from 'svelte/attachments';

export function wholeWhenCut(text: string): Attachment<HTMLElement> {
  return (element) => {
    const measure = () => {
      const cut = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
      if (cut) element.title = text;
      else element.removeAttribute('title');
    };
    element.addEventListener('pointerenter', measure);
    return () => element.removeEventListener('pointerenter', measure);
  };
}
