// One's own page: what a person sets for themself.
import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { answering } from '../../../tests/fixture/states';
import { openSession, ownSettings } from '../../../tests/fixture/views';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';

it('says where the desktop cannot be told, instead of a wish that nobody would fulfil', async () => {
  session.asked.forget();
  answering({ session: () => openSession, own_settings: () => ({ ...ownSettings, notifications: null }) });
  route.go('me');
  render(App);
  expect(await screen.findByText(/desktop cannot be told/u)).toBeTruthy();
  expect(screen.queryByRole('checkbox', { name: /^Tell the desktop/u })).toBeNull();
});
