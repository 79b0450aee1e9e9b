// One clock for every relative time on the page. It moves every 15 seconds; nothing else polls.

class Clock {
  now = $state(Date.now());

  constructor() {
    setInterval(() => (this.now = Date.now()), 15_000);
  }
}

export const clock = new Clock();
