// The screens, in the order of the navigation, and one's own page. Each brings its own `main` and is given the
// subject of its address: the request, the name, the record.

import type { Component } from 'svelte';
import type { PlaceName } from './frame/route.svelte';
import Me from './admin/Me.svelte';
import Admin from './admin/Screen.svelte';
import Audit from './audit/Screen.svelte';
import Inbox from './inbox/Screen.svelte';
import Models from './models/Screen.svelte';
import Prompts from './prompts/Screen.svelte';

export const SCREENS: Record<PlaceName, Component<{ subject: string }>> = {
  inbox: Inbox,
  models: Models,
  prompts: Prompts,
  audit: Audit,
  admin: Admin,
  me: Me,
};
