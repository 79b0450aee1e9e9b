// The screens, in the order of the navigation. Each brings its own `main` and is given the
// subject of its address: the request, the name, the record.

import type { Component } from 'svelte';
import type { ScreenName } from './frame/route.svelte';
import Admin from './admin/Screen.svelte';
import Audit from './audit/Screen.svelte';
import Inbox from './inbox/Screen.svelte';
import Models from './models/Screen.svelte';
import Prompts from './prompts/Screen.svelte';

export const SCREENS: Record<ScreenName, Component<{ subject: string }>> = {
  inbox: Inbox,
  models: Models,
  prompts: Prompts,
  audit: Audit,
  admin: Admin,
};
