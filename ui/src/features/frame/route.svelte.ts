// Where one is: a screen and what is open on it, kept in the address, so that locking, reloading and
// going back keep the place.

/** The screens of the navigation. */
export const SCREEN_NAMES = ['inbox', 'models', 'prompts', 'audit', 'admin'] as const;
export type ScreenName = (typeof SCREEN_NAMES)[number];
/** And one's own page, to which one's name leads. */
const PLACES = [...SCREEN_NAMES, 'me'] as const;
export type PlaceName = (typeof PLACES)[number];
export type Place = { screen: PlaceName; subject: string };

/** `#/models/credit-pd` → the model's page; anything unknown → the inbox. */
export function parsePlace(hash: string): Place {
  const [, screen = '', ...rest] = hash.split('/');
  const known = PLACES.find((name) => name === screen);
  return known ? { screen: known, subject: decoded(rest.join('/')) } : { screen: 'inbox', subject: '' };
}

/** The address of a place, for links. */
export function href(screen: PlaceName, subject = ''): string {
  return subject ? `#/${screen}/${encodeURIComponent(subject)}` : `#/${screen}`;
}

class Route {
  place = $state<Place>(parsePlace(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.place = parsePlace(location.hash)));
  }

  go(screen: PlaceName, subject = ''): void {
    this.place = { screen, subject };
    const to = href(screen, subject);
    if (location.hash !== to) location.hash = to;
  }
}

export const route = new Route();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
