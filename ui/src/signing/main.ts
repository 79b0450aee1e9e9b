// The signing window's page: its own entry, its own permissions. Passphrases are typed here alone.

import '../lib/design/base.css';
import { mount } from 'svelte';
import Signing from './Signing.svelte';

const target = document.getElementById('app');
if (target) mount(Signing, { target });
